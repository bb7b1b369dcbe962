import type { Filter } from './filter';

/** Ends with the last character that isn't white space; of white space alone nothing is left. */
export const trailingWhitespace: Filter = (text) => text.trimEnd().length;
