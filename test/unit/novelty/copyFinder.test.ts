import { describe, expect, it } from 'vitest';
import { CopyFinder } from '../../../src/model/novelty/copyFinder';
import { randomTokens, streamOf } from '../baseline/streams';

const documents = [0, 1, 2, 3].map((seed) => randomTokens(500, 90, seed + 1));
const stream = streamOf(...documents);

/** Tokens that occur nowhere in the stream. */
const foreign = (length: number) => new Array<number>(length).fill(99);

describe('CopyFinder', () => {
  const finder = new CopyFinder(stream);

  it('finds every run of 15 tokens or more, at its very ends', () => {
    expect(finder.shortest).toBe(15);
    for (let start = 0; start < 64; start++) {
      for (const length of [15, 16, 40]) {
        const text = [...foreign(3), ...documents[2]!.slice(start, start + length), ...foreign(5)];
        expect(finder.find(text)).toEqual([{ start: 3, end: 3 + length, path: 'document2' }]);
      }
    }
  });

  it('finds several, and nothing in what is new', () => {
    const text = [...documents[0]!.slice(7, 50), ...foreign(2), ...documents[3]!.slice(-20)];
    expect(finder.find(text)).toEqual([
      { start: 0, end: 43, path: 'document0' },
      { start: 45, end: 65, path: 'document3' },
    ]);
    expect(finder.find(randomTokens(1000, 90, 77))).toEqual([]);
    expect(finder.find([])).toEqual([]);
  });

  it('needs a longer run where the text is longer than it may keep in mind', () => {
    const small = new CopyFinder(stream, 100);
    expect(small.shortest).toBe(27);
    for (let start = 0; start < 40; start++) {
      const text = documents[1]!.slice(start, start + 27);
      expect(small.find(text)).toEqual([{ start: 0, end: 27, path: 'document1' }]);
    }
  });

  it('is not slowed down by a text of the same character over and over', () => {
    const spaces = new Array<number>(100_000).fill(5);
    const run = [...spaces.slice(0, 30), 1, 2, 3];
    expect(new CopyFinder(streamOf([...spaces, ...run])).find(run)).toEqual([{ start: 0, end: 33, path: 'document0' }]);
  });

  it('has nothing to find in a text that is shorter than a block', () => {
    expect(new CopyFinder(streamOf([1, 2, 3])).find([1, 2, 3])).toEqual([]);
  });
});
