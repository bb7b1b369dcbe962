import type { Symbols } from './trainingText';

/**
 * Answers "how often does this symbol occur above this row" from a running count of every symbol at every
 * `interval`-th row (the rank structure of Ferragina and Manzini's FM-index, 2000). The interval grows with the
 * alphabet so that the counts take at most two bytes a row.
 */
export class RankIndex {
  private readonly interval: number;
  /** [ceil(rows / interval) + 1, alphabetSize] */
  private readonly counts: Int32Array;

  constructor(
    private readonly symbols: Symbols,
    private readonly alphabetSize: number,
  ) {
    this.interval = Math.max(256, 2 * alphabetSize);
    const marks = Math.floor(symbols.length / this.interval) + 1;
    this.counts = new Int32Array(marks * alphabetSize);
    const running = new Int32Array(alphabetSize);
    for (let row = 0; row < symbols.length; row++) {
      if (row % this.interval === 0) this.counts.set(running, (row / this.interval) * alphabetSize);
      running[symbols[row]!]!++;
    }
    if (symbols.length % this.interval === 0) this.counts.set(running, (marks - 1) * alphabetSize);
  }

  get bytes(): number {
    return this.counts.byteLength;
  }

  /** Occurrences of `symbol` in rows [0, row). */
  above(symbol: number, row: number): number {
    const mark = Math.floor(row / this.interval);
    return this.counts[mark * this.alphabetSize + symbol]! + this.within(symbol, mark * this.interval, row);
  }

  /** Occurrences of `symbol` in rows [from, to), given those above `from`. */
  between(symbol: number, from: number, to: number, aboveFrom: number): number {
    if (to - from <= this.interval) return this.within(symbol, from, to);
    return this.above(symbol, to) - aboveFrom;
  }

  private within(symbol: number, from: number, to: number): number {
    const { symbols } = this;
    let count = 0;
    for (let row = from; row < to; row++) if (symbols[row] === symbol) count++;
    return count;
  }
}
