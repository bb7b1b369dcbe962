import { type Filter, lineBefore } from './filter';

/** Shorter lines, such as closing brackets, may well follow each other. */
const tellingLength = 4;

/** Ends in front of a line that says what the line before it says: a model that is going round in circles. */
export const repeatedLines: Filter = (text, surroundings) => {
  const { before } = surroundings;
  const start = lineBefore(surroundings);
  const above = before.slice(0, before.length - start.length).trimEnd();
  let previous = above.slice(above.lastIndexOf('\n') + 1).trim();
  let at = 0;
  for (const [i, line] of text.split('\n').entries()) {
    const whole = (i === 0 ? start + line : line).trim();
    if (whole.length >= tellingLength && whole === previous) return i === 0 ? 0 : at - 1;
    if (whole !== '') previous = whole;
    at += line.length + 1;
  }
  return text.length;
};
