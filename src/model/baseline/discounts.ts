import type { ContextIndex } from './contextIndex';

/** Rows looked at for each order: enough for three digits of a discount, a fraction of a second for all orders. */
const sampledRows = 1 << 21;
const windowLength = 1 << 16;

/**
 * Discounts of modified Kneser–Ney smoothing: [order + 1, 3], what is taken from a count of one, of two, and of three
 * or more. Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling" (1998), equation 26:
 *
 *     D_j = j − (j + 1) · n_{j+1} / n_j · n_1 / (n_1 + 2·n_2)
 *
 * where n_j is how many pairs of a context of the order and its next character are counted j times. Estimated on
 * stretches of rows at even distances.
 */
export function estimateDiscounts(index: ContextIndex, alphabetSize: number, order: number): Float64Array {
  const discounts = new Float64Array((order + 1) * 3);
  for (let k = 0; k <= order; k++) {
    const pairs = countsOfCounts(index, alphabetSize, k, k === order);
    const ratio = pairs[1]! / (pairs[1]! + 2 * pairs[2]!);
    for (let j = 1; j <= 3; j++) {
      const discount = j - (j + 1) * ratio * (pairs[j + 1]! / pairs[j]!);
      // Tiny or repetitive texts leave some n_j at 0. Half of the count keeps mass for the unseen there.
      const isUsable = discount > 0 && discount <= j;
      discounts[3 * k + j - 1] = isUsable ? discount : j / 2;
    }
  }
  return discounts;
}

/** [5]: element j is the number of pairs counted j times, for j from 1 to 4. */
function countsOfCounts(index: ContextIndex, alphabetSize: number, order: number, raw: boolean): Float64Array {
  const pairs = new Float64Array(5);
  const counts = new Int32Array(alphabetSize);
  const seen: number[] = [];
  const rows = index.next.length;
  const windows = Math.max(1, Math.floor(Math.min(rows, sampledRows) / windowLength));
  const length = Math.ceil(Math.min(rows, sampledRows) / windows);
  for (let window = 0; window < windows; window++) {
    const start = Math.floor((window * (rows - length)) / Math.max(1, windows - 1));
    for (let row = start; row < start + length; row++) {
      if (row === start || index.sharedWithAbove[row]! < order) closeContext(counts, seen, pairs);
      const symbol = index.next[row]!;
      // The last symbol of the alphabet separates documents.
      if (symbol === alphabetSize - 1 || (!raw && index.shared[row]! > order)) continue;
      if (counts[symbol]!++ === 0) seen.push(symbol);
    }
    closeContext(counts, seen, pairs);
  }
  return pairs;
}

function closeContext(counts: Int32Array, seen: number[], pairs: Float64Array): void {
  for (const symbol of seen) {
    const count = counts[symbol]!;
    if (count < pairs.length) pairs[count]!++;
    counts[symbol] = 0;
  }
  seen.length = 0;
}
