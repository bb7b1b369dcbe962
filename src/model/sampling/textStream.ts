import { Vocabulary } from '../corpus/vocabulary';
import { Random } from '../random';
import type { StopRule } from './sampleOptions';

/** The seed with which text `index` of a batch comes out the same when it is sampled alone. */
export function derivedSeed(seed: number, index: number): number {
  return index === 0 ? seed : Random.fromSeed(seed, index).nextUint32();
}

/** One of the texts that are sampled side by side: its random numbers, and where it ends. */
export class TextStream {
  /** Where its draws come from. */
  readonly random: Random;
  private written = 0;
  private ended = false;

  constructor(
    readonly index: number,
    seed: number,
    private readonly vocabulary: Vocabulary,
    private readonly length: number,
    private readonly stopAt: StopRule,
  ) {
    this.random = Random.fromSeed(derivedSeed(seed, index));
  }

  get done(): boolean {
    return this.ended || this.written >= this.length;
  }

  /** How many characters there may still be. */
  get remaining(): number {
    return this.ended ? 0 : this.length - this.written;
  }

  /** Takes what was drawn, every `stride`-th token from `offset` on, and returns the part that belongs to the text. */
  accept(tokens: Int32Array, stride: number, offset: number): string {
    const ids: number[] = [];
    for (let at = offset; at < tokens.length && !this.done; at += stride) {
      const id = tokens[at]!;
      this.ended = id === Vocabulary.end || (this.stopAt === 'line' && this.vocabulary.characters[id] === '\n');
      if (this.ended) break;
      ids.push(id);
      this.written++;
    }
    return this.vocabulary.decode(ids);
  }
}
