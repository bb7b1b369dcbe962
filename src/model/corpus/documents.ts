/** Opens and closes a document; inside a text they are replaced, so that no text can pretend to end one. */
const start = '\u0002';
const end = '\u0003';

/** What a document begins with: a model that has read it knows the language, and can be asked for a file by its path. */
export function documentHead(path: string): string {
  return `${start}${documentPath(path)}\n`;
}

/** What a document ends with. */
export const documentTail = end;

/**
 * A path as documents, splits and reports have it, equal on every platform: forward slashes, composed characters
 * (macOS may store them decomposed), and what {@link printable} makes of the rest.
 */
export function documentPath(path: string): string {
  return printable(path.replaceAll('\\', '/')).normalize('NFC');
}

/** A name on one line that can't command a terminal: U+FFFD for line breaks, control characters and broken text. */
export function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '\uFFFD');
}

/**
 * A text as a model reads it: without a byte order mark, with every line ended by a line feed (CRLF and a lone CR are
 * line ends as well), and with U+FFFD for the characters that delimit documents.
 */
export function normaliseText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0002\u0003]/g, '\uFFFD');
}
