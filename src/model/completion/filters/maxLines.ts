import type { Filter } from './filter';

/** Ends after as many lines as are wanted. */
export const maxLines: Filter = (text, { maxLines }) => {
  let end = -1;
  for (let line = 0; line < maxLines; line++) {
    end = text.indexOf('\n', end + 1);
    if (end === -1) return text.length;
  }
  return end;
};
