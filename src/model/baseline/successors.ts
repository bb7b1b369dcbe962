import type { ContextIndex } from './contextIndex';

/** Intervals up to this many rows are counted anew each time, which is as fast as looking them up. */
const smallInterval = 64;
/** Numbers kept for larger intervals before the cache is emptied: 32 MB. */
const defaultCapacity = 8_000_000;

/**
 * Counts what follows the contexts of an index. A result is a list of numbers
 *
 *     [distinct characters, total count, character, count, character, count, …]
 *
 * and is valid until the next call. Counts are of occurrences for contexts of the highest order, and of different
 * characters in front (continuations) for all others, as Kneser and Ney (1995) count.
 */
export class Successors {
  private readonly counts: Int32Array;
  private readonly seen: Int32Array;
  private readonly scratch: Int32Array;
  private readonly cache: Map<number, Int32Array>[];
  private cached = 0;

  constructor(
    private readonly index: Pick<ContextIndex, 'next' | 'shared'>,
    private readonly separator: number,
    private readonly order: number,
    private readonly capacity = defaultCapacity,
  ) {
    this.counts = new Int32Array(separator);
    this.seen = new Int32Array(separator);
    this.scratch = new Int32Array(2 + 2 * separator);
    this.cache = Array.from({ length: order + 1 }, () => new Map());
  }

  /** Bytes of counts that the cache holds at most. */
  get bytes(): number {
    return 4 * this.capacity;
  }

  /** What follows the context of length `length` that is rows [low, high). */
  of(length: number, low: number, high: number): Int32Array {
    if (high - low <= smallInterval) {
      this.count(length, low, high);
      return this.scratch;
    }
    const known = this.cache[length]!.get(low);
    if (known) return known;
    this.count(length, low, high);
    const list = this.scratch.slice(0, 2 + 2 * this.scratch[0]!);
    this.keep(length, low, list);
    return list;
  }

  private count(length: number, low: number, high: number): void {
    const { counts, seen, scratch, separator } = this;
    const { next, shared } = this.index;
    const most = length === this.order ? 255 : length;
    let distinct = 0;
    let total = 0;
    for (let row = low; row < high; row++) {
      const symbol = next[row]!;
      if (shared[row]! > most || symbol === separator) continue;
      if (counts[symbol]!++ === 0) seen[distinct++] = symbol;
      total++;
    }
    scratch[0] = distinct;
    scratch[1] = total;
    for (let i = 0; i < distinct; i++) {
      const symbol = seen[i]!;
      scratch[2 + 2 * i] = symbol;
      scratch[3 + 2 * i] = counts[symbol]!;
      counts[symbol] = 0;
    }
  }

  private keep(length: number, low: number, list: Int32Array): void {
    if (this.cached + list.length > this.capacity) {
      for (const lists of this.cache) lists.clear();
      this.cached = 0;
    }
    this.cache[length]!.set(low, list);
    this.cached += list.length;
  }
}
