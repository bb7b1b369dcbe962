import type { Random } from '../random';

/**
 * Random numbers in (0, 1) for the draws of B texts side by side. They are odd multiples of 2^-24, so that neither 0 nor
 * 1 occurs, at which the logarithms of Gumbel noise are infinite. Each text has a generator of its own, and takes the
 * same numbers from it however many are drawn at once.
 */
export class Uniforms {
  // Kept, because taking fresh memory for each run costs more than filling it.
  private numbers = new Float32Array(0);
  /** [width] */
  private readonly words: Uint32Array;

  /** @param width numbers for one draw. */
  constructor(private readonly width: number) {
    this.words = new Uint32Array(width);
  }

  /** The next numbers of B generators, [draws, B, width]; valid until the next call. */
  next(generators: readonly Random[], draws: number): Float32Array {
    const size = draws * generators.length * this.width;
    if (this.numbers.length < size) this.numbers = new Float32Array(size);
    let start = 0;
    for (let draw = 0; draw < draws; draw++) {
      for (const generator of generators) {
        generator.fillUint32(this.words);
        fillUniforms(this.numbers, start, this.words);
        start += this.width;
      }
    }
    return this.numbers.subarray(0, size);
  }
}

/** A function of its own, because V8 makes faster code for a short loop. */
function fillUniforms(numbers: Float32Array, start: number, words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) numbers[start + i] = ((words[i]! >>> 9) + 0.5) * 2 ** -23;
}
