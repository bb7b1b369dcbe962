import { type Filter, lineAfter } from './filter';

/** A shorter piece of text occurs anywhere by chance. */
const tellingLength = 3;

/**
 * Ends where the text begins that is behind the cursor anyway: the rest of the line, found inside the completion or at
 * its end in part, or the next line that isn't blank.
 */
export const followingText: Filter = (text, surroundings) => {
  const firstLine = lineEnd(text);
  const behind = lineAfter(surroundings).trimEnd();
  const cut = behind.trim() === '' ? firstLine : restOfLine(text.slice(0, firstLine), behind);
  return cut < firstLine ? cut : nextLine(text, surroundings.after);
};

/** Where the rest of the line begins in `text`, or a beginning of it at the end of `text`; else its length. */
function restOfLine(text: string, behind: string): number {
  const word = behind.trimStart();
  if (word.length >= tellingLength && text.includes(word)) return trimmedLength(text, text.indexOf(word));
  for (let length = Math.min(text.length, behind.length); length > 0; length--) {
    if (text.endsWith(behind.slice(0, length))) return text.length - length;
  }
  return text.length;
}

/** Where a line of `text` equals the first line of `after`, below the cursor's, that isn't blank; else its length. */
function nextLine(text: string, after: string): number {
  const lines = after.split('\n').slice(1);
  const next = lines.find((line) => line.trim() !== '')?.trimEnd();
  if (next === undefined) return text.length;
  // The first line goes on from what is before the cursor, so it is compared without its indentation.
  if (next.trim().length >= tellingLength && text.slice(0, lineEnd(text)).trim() === next.trim()) return 0;
  for (let start = text.indexOf('\n'); start !== -1; start = text.indexOf('\n', start + 1)) {
    const line = text.slice(start + 1, start + 1 + lineEnd(text.slice(start + 1)));
    if (line.trimEnd() === next) return start;
  }
  return text.length;
}

function lineEnd(text: string): number {
  const end = text.indexOf('\n');
  return end === -1 ? text.length : end;
}

function trimmedLength(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}
