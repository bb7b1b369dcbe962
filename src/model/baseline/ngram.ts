import type { TokenStream } from '../corpus/corpus';
import { UserError } from '../errors';
import { type ContextIndex, firstRows, indexContexts } from './contextIndex';
import { estimateDiscounts } from './discounts';
import { RankIndex } from './rankIndex';
import { Successors } from './successors';
import { separatedText } from './trainingText';

export interface NgramOptions {
  /** V */
  readonly vocabularySize: number;
  /** Characters of context that are looked at, from 1 to 20. */
  readonly order?: number | undefined;
  /** Longer streams are cut to this many characters, in blocks at even distances. */
  readonly maxCharacters?: number | undefined;
}

/** Where a reader of a document stands: the contexts that end there, as row intervals of the index. */
export interface NgramContext {
  /** The longest context that the training text has, at most the order. */
  depth: number;
  /** [order + 1]: the rows of the context of length k are [low[k], high[k]), for k up to `depth`. */
  readonly low: Int32Array;
  readonly high: Int32Array;
}

export const largestOrder = 20;
const defaultMaxCharacters = 32_000_000;

/**
 * The peer of the recurrent network: a character n-gram model, in the spirit of Goldberg, "The unreasonable
 * effectiveness of Character-level Language Models (and why RNNs are still cool)" (2015), but smoothed properly, by
 * interpolated modified Kneser–Ney (Chen and Goodman, 1998). With w a context of k characters and w' the same without
 * its first,
 *
 *     p(c | w) = (n(w c) − D(n(w c))) / n(w)  +  Σ_c' D(n(w c')) / n(w) · p(c | w')
 *
 * down to the uniform distribution below order 0. n counts occurrences at the highest order and, below it, how many
 * different characters the training text has in front of w c. D has three values an order: see `estimateDiscounts`.
 * On 100,000 characters of C that were held out from 11 MB of it, order 20 needs 1.54 bits a character. The simpler
 * interpolation of Witten and Bell (1991) needs 2.76, and 1.99 at order 6: at high orders it counts one occurrence again
 * and again, once for each length of its context.
 *
 * All counts come from one ordering of the text by context, so memory doesn't grow with the order: at most 5 bytes a
 * character (4 with up to 255 characters) and 32 MB for a cache; up to 14 bytes a character while it is trained.
 */
export class NgramModel {
  private readonly first: Int32Array;
  private readonly successors: Successors;

  private constructor(
    readonly order: number,
    readonly vocabularySize: number,
    /** Characters that were counted. */
    readonly characters: number,
    private readonly index: Pick<ContextIndex, 'next' | 'shared'>,
    private readonly rank: RankIndex,
    /** [order + 1, 3] */
    readonly discounts: Float64Array,
  ) {
    this.first = firstRows({ symbols: index.next, separator: vocabularySize });
    this.successors = new Successors(index, vocabularySize, order);
  }

  /** @throws UserError when the order is not one of 1 to 20. */
  static train(stream: TokenStream, options: NgramOptions): NgramModel {
    const { order = largestOrder, ...rest } = options;
    const [model] = NgramModel.trainOrders(stream, [order], rest);
    return model!;
  }

  /**
   * Models of several orders of one text, one after the other: what takes time, the ordering of the text by context, is
   * done once, to the depth of the highest. Each is what {@link NgramModel.train} gives. Let go of one before the next.
   *
   * @throws UserError when an order is not one of 1 to 20.
   */
  static *trainOrders(
    stream: TokenStream,
    orders: readonly number[],
    { vocabularySize, maxCharacters = defaultMaxCharacters }: Omit<NgramOptions, 'order'>,
  ): Generator<NgramModel, void, undefined> {
    for (const order of orders) {
      if (!Number.isInteger(order) || order < 1 || order > largestOrder) {
        throw new UserError(`The order of an n-gram model is a whole number from 1 to ${largestOrder}, not ${order}.`);
      }
    }
    const text = separatedText(stream, vocabularySize, maxCharacters);
    const { next, shared, sharedWithAbove } = indexContexts(text, Math.max(...orders));
    const rank = new RankIndex(next, vocabularySize + 1);
    for (const order of orders) {
      const discounts = estimateDiscounts({ next, shared, sharedWithAbove }, vocabularySize + 1, order);
      yield new NgramModel(order, vocabularySize, text.characters, { next, shared }, rank, discounts);
    }
  }

  /** Bytes held by the trained model, at most. */
  get bytes(): number {
    return this.index.next.byteLength + this.index.shared.byteLength + this.rank.bytes + this.successors.bytes;
  }

  /** The context of an empty text. */
  start(): NgramContext {
    const context = { depth: 0, low: new Int32Array(this.order + 1), high: new Int32Array(this.order + 1) };
    context.high[0] = this.index.next.length;
    return context;
  }

  /** Moves `context` behind one more character. The context of length k and `token` give that of length k + 1. */
  advance(context: NgramContext, token: number): void {
    const { low, high } = context;
    let depth = 0;
    let previousLow = low[0]!;
    let previousHigh = high[0]!;
    const longest = Math.min(context.depth, this.order - 1);
    for (let k = 0; k <= longest; k++) {
      const above = this.rank.above(token, previousLow);
      const found = this.rank.between(token, previousLow, previousHigh, above);
      if (found === 0) break;
      depth = k + 1;
      previousLow = low[depth]!;
      previousHigh = high[depth]!;
      low[depth] = this.first[token]! + above;
      high[depth] = low[depth]! + found;
    }
    context.depth = depth;
  }

  /** Writes the distribution of the next character, [V] summing to 1, to `out`. */
  predict({ depth, low, high }: NgramContext, out: Float64Array): void {
    out.fill(0);
    let remaining = 1;
    for (let k = depth; k >= 0; k--) {
      const list = this.successors.of(k, low[k]!, high[k]!);
      const total = list[1]!;
      // Every occurrence of this context is the end of a document that has no end character.
      if (total === 0) continue;
      let discounted = 0;
      for (let i = 2, end = 2 + 2 * list[0]!; i < end; i += 2) {
        const count = list[i + 1]!;
        const discount = this.discounts[3 * k + Math.min(count, 3) - 1]!;
        out[list[i]!]! += (remaining * (count - discount)) / total;
        discounted += discount;
      }
      remaining *= discounted / total;
    }
    const uniform = remaining / this.vocabularySize;
    for (let token = 0; token < out.length; token++) out[token]! += uniform;
  }

  /** The distribution of the character behind `tokens[0 … position)`, one document: [V] summing to 1. */
  distribution(tokens: ArrayLike<number>, position = tokens.length): Float64Array {
    const context = this.start();
    for (let i = Math.max(0, position - this.order); i < position; i++) this.advance(context, tokens[i]!);
    const out = new Float64Array(this.vocabularySize);
    this.predict(context, out);
    return out;
  }
}
