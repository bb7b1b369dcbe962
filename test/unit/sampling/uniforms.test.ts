import { expect, it } from 'vitest';
import { Random } from '../../../src/model/random';
import { Uniforms } from '../../../src/model/sampling/uniforms';

it('gives each text the numbers of its own generator, however many at once', () => {
  const width = 5;
  const alone = [1, 2, 3].map((seed) => new Uniforms(width).next([Random.fromSeed(seed)], 12));
  const uniforms = new Uniforms(width);
  const generators = [1, 2, 3].map((seed) => Random.fromSeed(seed));
  let done = 0;
  for (const draws of [7, 1, 4]) {
    const numbers = uniforms.next(generators, draws);
    expect(numbers).toHaveLength(draws * 3 * width);
    for (let draw = 0; draw < draws; draw++, done++) {
      for (const [b, own] of alone.entries()) {
        const at = (draw * 3 + b) * width;
        expect(numbers.slice(at, at + width)).toEqual(own.slice(done * width, (done + 1) * width));
      }
    }
  }
});

it('is neither 0 nor 1 nor lopsided', () => {
  const numbers = new Uniforms(100_000).next([Random.fromSeed(1)], 1);
  const sorted = numbers.toSorted();
  expect(sorted[0]).toBeGreaterThan(0);
  expect(sorted.at(-1)).toBeLessThan(1);
  // Kolmogorov and Smirnov: the largest distance from the diagonal, times √n, exceeds 1.95 once in a thousand times.
  const distance = sorted.reduce((largest, u, i) => Math.max(largest, Math.abs(u - (i + 0.5) / sorted.length)), 0);
  expect(distance * Math.sqrt(sorted.length)).toBeLessThan(1.95);
});
