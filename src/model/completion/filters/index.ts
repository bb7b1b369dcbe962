import type { Filter, Surroundings } from './filter';
import { followingText } from './followingText';
import { maxLines } from './maxLines';
import { repeatedLines } from './repeatedLines';
import { scope } from './scope';
import { trailingWhitespace } from './trailingWhitespace';
import { unmatchedBracket } from './unmatchedBracket';

const filters: readonly Filter[] = [
  maxLines,
  scope,
  repeatedLines,
  unmatchedBracket,
  followingText,
  trailingWhitespace,
];

/** The part of a completion that is worth showing, as all filters see it. */
export function applyFilters(text: string, surroundings: Surroundings): string {
  return filters.reduce((rest, filter) => rest.slice(0, filter(rest, surroundings)), text);
}
