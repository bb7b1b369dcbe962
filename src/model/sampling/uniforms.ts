import type { Random } from '../random';

/**
 * Fills an array with random numbers in (0, 1): odd multiples of 2^-24, so that neither 0 nor 1 occurs, at which the
 * logarithms of Gumbel noise are infinite.
 */
export function fillUniforms(random: Random, target: Float32Array): void {
  const words = new Uint32Array(target.length);
  random.fillUint32(words);
  for (let i = 0; i < target.length; i++) target[i] = ((words[i]! >>> 9) + 0.5) * 2 ** -23;
}
