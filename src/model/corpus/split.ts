import { createHash } from 'node:crypto';
import { UserError } from '../errors';

export type Split = 'train' | 'validation' | 'test';
export const splitNames: readonly Split[] = ['train', 'validation', 'test'];

/** The share of each split; together 1. */
export type Fractions = Readonly<Record<Split, number>>;
export const defaultFractions: Fractions = { train: 0.9, validation: 0.05, test: 0.05 };

/** @throws UserError when the fractions are negative, leave nothing to train on or don't add up to 1. */
export function checkFractions({ train, validation, test }: Fractions): void {
  const sum = train + validation + test;
  if (train > 0 && validation >= 0 && test >= 0 && Math.abs(sum - 1) < 1e-6) return;
  throw new UserError(
    `The fractions ${train}, ${validation} and ${test} don't work: give train, validation and test shares that add up to 1, train more than 0.`,
  );
}

/** A number in [0, 1) that depends on the path alone. */
export function positionOf(path: string): number {
  return createHash('sha256').update(path).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * The split of a document by the hash of its path: the same in every run and on every machine, whatever other
 * documents there are, so that a model is never evaluated on what an earlier run trained on.
 *
 * @param path as `documentPath` returns it.
 */
export function splitOf(path: string, fractions: Fractions): Split {
  return splitAt(positionOf(path), fractions);
}

function splitAt(position: number, { train, validation, test }: Fractions): Split {
  if (position < train || (validation === 0 && test === 0)) return 'train';
  return position < train + validation || test === 0 ? 'validation' : 'test';
}

/**
 * Assigns documents to splits by {@link splitOf}, with one exception for small folders: a split that would be empty,
 * though its fraction is not 0, takes one document from the largest split, the one whose hash lies nearest to its own
 * range. Hence with as many documents as splits each split has one.
 *
 * @param position {@link positionOf}, or what is known of it already.
 * @returns the split of each path; undefined when there are fewer documents than splits, so that the text has to be
 *   cut by position.
 */
export function assignSplits(
  paths: readonly string[],
  fractions: Fractions,
  position: (path: string) => number = positionOf,
): Split[] | undefined {
  const wanted = splitNames.filter((split) => fractions[split] > 0);
  if (paths.length < wanted.length) return undefined;
  const positions = paths.map(position);
  const splits = positions.map((position) => splitAt(position, fractions));
  for (const split of wanted) {
    if (splits.includes(split)) continue;
    const largest = largestOf(splits);
    const candidates = [...splits.keys()].filter((i) => splits[i] === largest);
    splits[nearest(positions, candidates, rangeOf(split, fractions))] = split;
  }
  return splits;
}

/** The interval of [0, 1) that belongs to a split. */
function rangeOf(split: Split, { train, validation }: Fractions): readonly [number, number] {
  if (split === 'train') return [0, train];
  return split === 'validation' ? [train, train + validation] : [train + validation, 1];
}

function largestOf(splits: readonly Split[]): Split {
  const count = (split: Split) => splits.filter((other) => other === split).length;
  return splitNames.reduce((a, b) => (count(b) > count(a) ? b : a));
}

/** The index, among `candidates`, of the position that lies nearest to the range. */
function nearest(
  positions: readonly number[],
  candidates: readonly number[],
  [from, to]: readonly [number, number],
): number {
  const distance = (i: number) => Math.max(from - positions[i]!, positions[i]! - to);
  return candidates.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

/**
 * Cuts `length` tokens in their order into train, validation and test.
 *
 * @returns where each begins and ends.
 */
export function cutByPosition(
  length: number,
  { train, validation }: Fractions,
): Record<Split, readonly [number, number]> {
  const first = Math.round(length * train);
  const second = Math.round(length * (train + validation));
  return { train: [0, first], validation: [first, second], test: [second, length] };
}
