import { describe, expect, it } from 'vitest';
import { effectiveKeepProbability, fillDropoutMask } from '../../../src/model/lstm/dropoutMask';
import { Random, randomUse } from '../../../src/model/random';

const settings = { seed: 3, step: 17, layer: 1, stream: 2, keepProbability: 0.75 };

function maskOf(length: number, changes: Partial<typeof settings> = {}): Uint8Array {
  const mask = new Uint8Array(length).fill(9);
  fillDropoutMask(mask, { ...settings, ...changes });
  return mask;
}

describe('fillDropoutMask', () => {
  it.each([0, 1, 64, 128, 255, 256].map((level) => level / 256))(
    'keeps the units whose random byte is under the threshold: %d',
    (keepProbability) => {
      const words = new Uint32Array(4096);
      Random.fromSeed(3, randomUse.dropout, 17, 1, 2).fillUint32(words);
      const expected = new Uint8Array(words.buffer).map((byte) => Number(byte < keepProbability * 256));
      expect(maskOf(16384, { keepProbability })).toEqual(expected);
    },
  );

  it.each([0, 1, 3, 8191, 8192, 8193, 20001])(
    'fills any length, and a shorter mask begins a longer one: %d',
    (length) => {
      const mask = maskOf(length);
      expect(mask.every((byte) => byte <= 1)).toBe(true);
      expect(mask).toEqual(maskOf(30000).subarray(0, length));
    },
  );

  it('fills a view that begins at any byte, and nothing beside it', () => {
    const buffer = new Uint8Array(1005).fill(9);
    fillDropoutMask(buffer.subarray(3, 1003), settings);
    expect(buffer.subarray(3, 1003)).toEqual(maskOf(1000));
    expect([buffer[2], buffer[1003]]).toEqual([9, 9]);
  });

  it('keeps the share that it says', () => {
    const count = 400_000;
    const kept = maskOf(count).reduce((sum, byte) => sum + byte, 0);
    expect(Math.abs(kept / count - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / count));
  });

  it('is another mask for another seed, step, layer or stream', () => {
    const masks = [{}, { seed: 4 }, { step: 18 }, { layer: 0 }, { stream: 1 }].map((changes) =>
      maskOf(256, changes).join(),
    );
    expect(new Set(masks).size).toBe(5);
    expect(maskOf(256).join()).toBe(masks[0]);
  });

  it('refuses a probability between the levels', () => {
    expect(() => maskOf(4, { keepProbability: 0.7 })).toThrow(RangeError);
  });
});

describe('effectiveKeepProbability', () => {
  it.each([
    [0, 1],
    [0.25, 0.75],
    [0.5, 0.5],
    [0.1, 230 / 256],
    [0.001, 1],
    [0.9999, 1 / 256],
  ])('of dropout %d is %d', (dropout, keep) => {
    expect(effectiveKeepProbability(dropout)).toBe(keep);
  });

  it.each([-0.1, 1, Number.NaN])('refuses %d', (dropout) => {
    expect(() => effectiveKeepProbability(dropout)).toThrow(RangeError);
  });
});
