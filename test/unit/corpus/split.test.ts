import { describe, expect, test } from 'vitest';
import {
  assignSplits,
  checkFractions,
  cutByPosition,
  defaultFractions,
  splitOf,
} from '../../../src/model/corpus/split';
import { UserError } from '../../../src/model/errors';

const paths = Array.from({ length: 20000 }, (_, i) => `src/file${i}.c`);

describe('splitOf', () => {
  test('gives each split its share', () => {
    const count = { train: 0, validation: 0, test: 0 };
    for (const path of paths) count[splitOf(path, { train: 0.7, validation: 0.2, test: 0.1 })]++;
    expect(count.train / paths.length).toBeCloseTo(0.7, 1.5);
    expect(count.validation / paths.length).toBeCloseTo(0.2, 1.5);
    expect(count.test / paths.length).toBeCloseTo(0.1, 1.5);
  });

  // The first 48 bits of the paths' SHA-256, as a fraction, are 0.890, 0.937 and 0.986.
  test('is the same for ever and everywhere', () => {
    const known = ['src/file44.c', 'src/file2.c', 'src/file31.c'].map((path) => splitOf(path, defaultFractions));
    expect(known).toEqual(['train', 'validation', 'test']);
  });

  test('never gives to a split whose fraction is 0', () => {
    const used = (fractions: typeof defaultFractions) =>
      [...new Set(paths.map((path) => splitOf(path, fractions)))].sort();
    expect(used({ train: 0.9, validation: 0.1, test: 0 })).toEqual(['train', 'validation']);
    expect(used({ train: 0.9, validation: 0, test: 0.1 })).toEqual(['test', 'train']);
    expect(used({ train: 1, validation: 0, test: 0 })).toEqual(['train']);
  });
});

describe('assignSplits', () => {
  test('follows the hash where every split has a document', () => {
    expect(assignSplits(paths, defaultFractions)).toEqual(paths.map((path) => splitOf(path, defaultFractions)));
  });

  test.each([3, 4, 5, 10, 30])('leaves no split empty with %i documents', (count) => {
    for (let start = 0; start < 1000; start += count) {
      const some = paths.slice(start, start + count);
      expect(new Set(assignSplits(some, defaultFractions)).size).toBe(3);
      expect(new Set(assignSplits(some, { train: 0.5, validation: 0.5, test: 0 })).size).toBe(2);
    }
  });

  test('does not depend on the order of the documents', () => {
    const some = paths.slice(0, 5);
    expect(assignSplits(some.toReversed(), defaultFractions)?.toReversed()).toEqual(
      assignSplits(some, defaultFractions),
    );
  });

  test('gives up with fewer documents than splits', () => {
    expect(assignSplits(['a', 'b'], defaultFractions)).toBeUndefined();
    expect(assignSplits(['a'], { train: 1, validation: 0, test: 0 })).toEqual(['train']);
  });
});

test('cutByPosition cuts in order and without gaps', () => {
  expect(cutByPosition(1000, { train: 0.95, validation: 0.05, test: 0 })).toEqual({
    train: [0, 950],
    validation: [950, 1000],
    test: [1000, 1000],
  });
  expect(cutByPosition(1, defaultFractions)).toEqual({ train: [0, 1], validation: [1, 1], test: [1, 1] });
});

test.each([
  [0, 0.5, 0.5],
  [0.9, 0.2, -0.1],
  [0.9, 0.05, 0.06],
  [Number.NaN, 0, 0],
])('refuses the fractions %d, %d, %d', (train, validation, testShare) => {
  expect(() => checkFractions({ train, validation, test: testShare })).toThrow(UserError);
});
