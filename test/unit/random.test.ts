import { describe, expect, it } from 'vitest';
import { Random } from '../../src/model/random';

const take = (random: Random, count: number) => Array.from({ length: count }, () => random.nextUint32());

describe('Random', () => {
  it('draws what the published xoshiro128** draws from the state 1, 2, 3, 4', () => {
    expect(take(Random.fromState([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  // From a second implementation with unlimited integers. Stored runs only repeat while these stay what they are.
  it.each([
    [[0], [70579302, 2640374068, 2184576962, 1320088067]],
    [[42], [3728935623, 4050158406, 2914681425, 1778367632]],
    [
      [42, 7, 1],
      [3135124068, 621208392, 3129378118, 4263579544],
    ],
    [[-1], [1079361862, 2128006808, 3392992547, 3383694588]],
    [[2 ** 40 + 5], [588878570, 3969043370, 4161169907, 574012591]],
  ])('starts the stream %j at a fixed state', (keys, state) => {
    expect(Random.fromSeed(keys[0]!, ...keys.slice(1)).getState()).toEqual(state);
  });

  it('fills arrays with the numbers that single calls give', () => {
    const [one, other] = [Random.fromSeed(5), Random.fromSeed(5)];
    const filled = new Uint32Array(1001);
    one.fillUint32(filled);
    expect([...filled]).toEqual(take(other, 1001));
    expect(one.getState()).toEqual(other.getState());
  });

  it('goes on from a stored state', () => {
    const random = Random.fromSeed(9, 3);
    take(random, 17);
    random.normal();
    const restored = Random.fromState(JSON.parse(JSON.stringify(random.getState())));
    expect(take(restored, 20)).toEqual(take(random, 20));
  });

  it.each([[[1, 2, 3]], [[0, 0, 0, 0]], [[1, 2, 3, 2 ** 32]], [[1, 2, 3, -1]], [[1, 2, 3, 0.5]]])(
    'refuses %j as a state',
    (state) => {
      expect(() => Random.fromState(state)).toThrow(RangeError);
    },
  );

  it.each([0.5, Number.NaN, 2 ** 53])('refuses %d as a seed', (seed) => {
    expect(() => Random.fromSeed(seed)).toThrow(RangeError);
    expect(() => Random.fromSeed(1, seed)).toThrow(RangeError);
  });
});

describe('the distribution', () => {
  /** Pearson's statistic of equally likely cells. */
  function chiSquare(counts: ArrayLike<number>, draws: number): number {
    const expected = draws / counts.length;
    return Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  }
  // The statistic of 256 cells has mean 255 and standard deviation sqrt(2 · 255) = 22.6; 5 deviations either way.
  const [low, high] = [255 - 113, 255 + 113];

  it.each([0, 8, 16, 24])('has uniform bytes at bit %d', (shift) => {
    const random = Random.fromSeed(1);
    const counts = new Uint32Array(256);
    for (let i = 0; i < 200_000; i++) counts[(random.nextUint32() >>> shift) & 255]!++;
    expect(chiSquare(counts, 200_000)).toBeGreaterThan(low);
    expect(chiSquare(counts, 200_000)).toBeLessThan(high);
  });

  it('of next() is uniform in [0, 1)', () => {
    const random = Random.fromSeed(2);
    const counts = new Uint32Array(256);
    for (let i = 0; i < 200_000; i++) counts[Math.floor(random.next() * 256)]!++;
    expect(counts.reduce((sum, count) => sum + count)).toBe(200_000);
    expect(chiSquare(counts, 200_000)).toBeLessThan(high);
  });

  it('of normal() has the moments of the standard normal', () => {
    const random = Random.fromSeed(3);
    const count = 200_000;
    const moments = [0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const x = random.normal();
      for (let power = 1; power <= 4; power++) moments[power]! += x ** power / count;
    }
    // Five standard errors of each sample moment: sqrt(E x^2k − (E x^k)²) / sqrt(n) with k = 1 … 4.
    const tolerance = [0, 1, Math.sqrt(2), Math.sqrt(15), Math.sqrt(96)].map((s) => (5 * s) / Math.sqrt(count));
    for (const [power, expected] of [0, 0, 1, 0, 3].entries()) {
      expect(Math.abs(moments[power]! - expected)).toBeLessThanOrEqual(tolerance[power]!);
    }
  });
});

describe('keyed streams', () => {
  it('differ by seed, by key, by order and by number of keys', () => {
    const lists = [[1], [2], [1, 0], [1, 1], [1, 0, 1], [1, 1, 0], [2, 1], [1, 2], [0], [0, 0], [1, 2 ** 32], [1, -1]];
    const starts = lists.map(([seed, ...keys]) => take(Random.fromSeed(seed!, ...keys), 4).join());
    expect(new Set(starts).size).toBe(lists.length);
  });

  it('of neighbouring keys are uncorrelated', () => {
    const count = 20_000;
    for (const [a, b] of [
      [Random.fromSeed(7, 0), Random.fromSeed(7, 1)],
      [Random.fromSeed(7, 5, 0), Random.fromSeed(7, 5, 1)],
      [Random.fromSeed(7), Random.fromSeed(8)],
    ] as const) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (a.next() - 0.5) * (b.next() - 0.5) * 12;
      expect(Math.abs(sum / count)).toBeLessThan(5 / Math.sqrt(count));
    }
  });

  it('have uniform first draws across consecutive keys', () => {
    const counts = new Uint32Array(256);
    for (let step = 0; step < 51_200; step++) counts[Random.fromSeed(1, step).nextUint32() >>> 24]!++;
    const statistic = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(Math.abs(statistic - 255)).toBeLessThan(113);
  });
});
