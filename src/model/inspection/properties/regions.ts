import type { StringSyntax, Syntax } from './syntax';

/**
 * Which characters of a text stand in comments and strings, told by looking at nothing but their delimiters. Each mark
 * says where a reader is *after* the character: on the opening quote it is inside, on the closing one outside again.
 */
export interface Regions {
  /** [N]: 1 inside. */
  readonly comment: Uint8Array;
  readonly string: Uint8Array;
  /** [N]: 1 where code is: in neither, delimiters and characters in quotes left out. */
  readonly code: Uint8Array;
}

/** A comment or a string from its first delimiter on. */
interface Region {
  readonly kind: 'comment' | 'string' | 'character';
  /** Behind the opening delimiter. */
  readonly opened: number;
  /** The first character that is outside again: the last one of the closing delimiter, or the end of the line. */
  readonly outside: number;
  /** Behind all of it. */
  readonly end: number;
}

const characterLiteral = /'(?:\\[^\n']{1,9}|\\'|[^'\\\n])'/y;

/** @param text one UTF-16 unit for each character. */
export function scanRegions(text: string, syntax: Syntax): Regions {
  const regions = { comment: new Uint8Array(text.length), string: new Uint8Array(text.length) };
  const code = new Uint8Array(text.length).fill(1);
  const starts = startsOf(syntax);
  for (let at = 0; at < text.length; ) {
    const region = starts.has(text[at]!) ? regionAt(text, at, syntax) : undefined;
    if (region === undefined) {
      at++;
      continue;
    }
    const { kind, opened, outside, end } = region;
    code.fill(0, at, end);
    if (kind !== 'character') regions[kind].fill(1, opened - 1, outside);
    at = end;
  }
  return { ...regions, code };
}

function startsOf({ lineComments, blockComments, strings, characterLiterals }: Syntax): Set<string> {
  const delimiters = [...lineComments, ...blockComments.map(([open]) => open), ...strings.map(({ open }) => open)];
  return new Set([...delimiters.map(([first]) => first!), ...(characterLiterals ? ["'"] : [])]);
}

function regionAt(text: string, at: number, syntax: Syntax): Region | undefined {
  for (const [open, close] of syntax.blockComments) {
    if (text.startsWith(open, at)) return { kind: 'comment', ...upTo(text, at + open.length, close) };
  }
  for (const open of syntax.lineComments) {
    if (text.startsWith(open, at)) return { kind: 'comment', ...toLineEnd(text, at + open.length) };
  }
  for (const string of syntax.strings) {
    if (text.startsWith(string.open, at))
      return { kind: 'string', ...stringFrom(text, at + string.open.length, string) };
  }
  if (!syntax.characterLiterals) return undefined;
  characterLiteral.lastIndex = at;
  const literal = characterLiteral.exec(text);
  return literal === null
    ? undefined
    : { kind: 'character', opened: at + 1, outside: at + 1, end: at + literal[0].length };
}

type Ends = Omit<Region, 'kind'>;

function upTo(text: string, opened: number, close: string): Ends {
  const found = text.indexOf(close, opened);
  return found === -1 ? { opened, outside: text.length, end: text.length } : closedAt(opened, found + close.length);
}

function closedAt(opened: number, end: number): Ends {
  return { opened, outside: end - 1, end };
}

function toLineEnd(text: string, opened: number): Ends {
  const found = text.indexOf('\n', opened);
  const end = found === -1 ? text.length : found;
  return { opened, outside: end, end };
}

/** A backslash takes away the meaning of what follows it, the end of a line included. */
function stringFrom(text: string, opened: number, { close, multiline }: StringSyntax): Ends {
  for (let at = opened; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(close, at)) return closedAt(opened, at + close.length);
    else if (text[at] === '\n' && !multiline) return { opened, outside: at, end: at };
  }
  return { opened, outside: text.length, end: text.length };
}
