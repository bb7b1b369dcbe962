import type { PredictionRows } from './rows';

/** What a model expected at each of the N characters of a text, from all that stands before it. */
export class Predictions {
  /** [N, K]: token ids, the likeliest first. */
  readonly guesses: Uint16Array;
  /** [N, K] */
  readonly probabilities: Float32Array;
  /** [N]: the surprise of each character, −log2 of the probability that it had. */
  readonly bits: Float32Array;

  /**
   * @param length N
   * @param width K
   */
  constructor(
    readonly length: number,
    readonly width: number,
  ) {
    this.guesses = new Uint16Array(length * width);
    this.probabilities = new Float32Array(length * width);
    this.bits = new Float32Array(length);
  }

  put({ start, guesses, probabilities, bits }: PredictionRows): void {
    this.guesses.set(guesses, start * this.width);
    this.probabilities.set(probabilities, start * this.width);
    this.bits.set(bits, start);
  }

  /** The mean surprise: bits per character; 0 of an empty text. */
  get bitsPerCharacter(): number {
    return this.bits.reduce((sum, bits) => sum + bits, 0) / Math.max(1, this.length);
  }
}
