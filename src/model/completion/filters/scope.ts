import { type Filter, indentationOf, lineBefore } from './filter';

/** Ends in front of a line that is indented less than the one of the cursor: another scope has begun. */
export const scope: Filter = (text, surroundings) => {
  const [first = '', ...lines] = text.split('\n');
  const own = indentationOf(lineBefore(surroundings) + first).length;
  let end = first.length;
  for (const line of lines) {
    if (line.trim() !== '' && indentationOf(line).length < own) return end;
    end += 1 + line.length;
  }
  return text.length;
};
