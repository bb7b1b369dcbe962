/** Sampled lines beside those of the training data. */
export interface NewLines {
  /** Each once, in the order in which they came: the new ones, or all where the training data is not known. */
  readonly lines: readonly string[];
  readonly sampled: number;
  /** The share of all sampled lines that are not in the training data; null where that is not known. */
  readonly newShare: number | null;
}

/**
 * @param sampled lines without their ends; empty ones don't count.
 * @param known the lines of the training data, or null.
 */
export function findNewLines(sampled: readonly string[], known: ReadonlySet<string> | null): NewLines {
  const lines = sampled.filter((line) => line.trim() !== '');
  const fresh = known === null ? lines : lines.filter((line) => !known.has(line));
  return {
    lines: [...new Set(fresh)],
    sampled: lines.length,
    newShare: known === null || lines.length === 0 ? null : fresh.length / lines.length,
  };
}
