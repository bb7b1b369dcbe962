import type { Random } from '../random';

/**
 * Random numbers in (0, 1) for the draws of B texts side by side. They are odd multiples of 2^-24, so that neither 0 nor
 * 1 occurs, at which the logarithms of Gumbel noise are infinite. Each text has a generator of its own, and takes the
 * same numbers from it however many are drawn at once.
 */
export class Uniforms {
  // Kept, because taking fresh memory for each run costs more than filling it.
  private words = new Uint32Array(0);
  private numbers = new Float32Array(0);

  /** @param width numbers for one draw. */
  constructor(private readonly width: number) {}

  /** The next numbers of B generators, [draws, B, width]; valid until the next call. */
  next(generators: readonly Random[], draws: number): Float32Array {
    const { width } = this;
    const B = generators.length;
    const size = draws * width;
    if (this.words.length < size) this.words = new Uint32Array(size);
    if (this.numbers.length < B * size) this.numbers = new Float32Array(B * size);
    const words = this.words.subarray(0, size);
    for (const [b, generator] of generators.entries()) {
      generator.fillUint32(words);
      for (let draw = 0; draw < draws; draw++) {
        const from = draw * width;
        const to = (draw * B + b) * width;
        for (let i = 0; i < width; i++) this.numbers[to + i] = ((words[from + i]! >>> 9) + 0.5) * 2 ** -23;
      }
    }
    return this.numbers.subarray(0, B * size);
  }
}
