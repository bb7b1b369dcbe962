import { type Regions, scanRegions } from './regions';
import { syntaxOf } from './syntax';

// Properties of the characters of a text that take no parser to see. A label says what is so *after* its character has
// been read, since that is what the state of a network at that character can know.

/** Properties that hold or don't. */
export const binaryProperties = ['string', 'comment', 'include', 'condition', 'url', 'identifier'] as const;
/** Properties that are numbers. */
export const numericProperties = ['linePosition', 'indentation', 'bracketDepth'] as const;

export type BinaryProperty = (typeof binaryProperties)[number];
export type NumericProperty = (typeof numericProperties)[number];

/** The labels of a text of N characters. */
export interface Labels {
  /** [N] each: 1 where it holds. */
  readonly binary: Readonly<Record<BinaryProperty, Uint8Array>>;
  /** [N] each. */
  readonly numeric: Readonly<Record<NumericProperty, Float32Array>>;
}

/**
 * - `string`, `comment`: see {@link scanRegions}.
 * - `include`: in the rest of a line that begins with #include, import, use or the like, or up to where its bracket
 *   closes.
 * - `condition`: behind `if` or `elif`, up to where its bracket closes, or to a colon, brace, `then` or line end.
 * - `url`: from :// to the end of an address.
 * - `identifier`: in a word of code.
 * - `linePosition`: characters since the line began; `indentation`: columns of blank space that it begins with, a tab
 *   counting four; `bracketDepth`: brackets of code that are open.
 *
 * @param characters [N]
 */
export function labelText(characters: readonly string[], path: string | null): Labels {
  const text = characters.map((character) => (character.length === 1 ? character : '\uFFFD')).join('');
  const regions = scanRegions(text, syntaxOf(path));
  return {
    binary: {
      string: regions.string,
      comment: regions.comment,
      include: markImports(text, regions),
      condition: markConditions(text, regions),
      url: mark(text, /\b[a-z]{2,8}:\/\/[^\s<>"'`)\]}]+/g, (address) => address.indexOf('://') + 2),
      identifier: mark(text, /[\p{L}_$][\p{L}\p{N}_$]*/gu, () => 0, regions.code),
    },
    numeric: {
      linePosition: linePositions(text),
      indentation: indentations(text),
      bracketDepth: bracketDepths(text, regions),
    },
  };
}

/** Marks what an expression matches, from its character `from` on; if given, only what begins in `within`. */
function mark(text: string, expression: RegExp, from: (match: string) => number, within?: Uint8Array): Uint8Array {
  const marks = new Uint8Array(text.length);
  for (const { 0: match, index } of text.matchAll(expression)) {
    if (within === undefined || within[index] === 1) marks.fill(1, index + from(match), index + match.length);
  }
  return marks;
}

const importWord = /^[ \t]*(?:#[ \t]*(?:include|import)|import|from|using|use|require|extern crate|@import)\b/gm;

function markImports(text: string, { code }: Regions): Uint8Array {
  const marks = new Uint8Array(text.length);
  for (const { 0: match, index } of text.matchAll(importWord)) {
    const start = index + match.length - 1;
    // A # begins a comment in some languages, but not an #include.
    if (code[start] === 1 || match.includes('#')) marks.fill(1, start, endOf(text, start + 1, /\n/y));
  }
  return marks;
}

const conditionWord = /\b(?:if|elif|elsif|elseif|unless)\b/g;

function markConditions(text: string, { code }: Regions): Uint8Array {
  const marks = new Uint8Array(text.length);
  for (const { 0: match, index } of text.matchAll(conditionWord)) {
    if (code[index] !== 1) continue;
    const start = index + match.length - 1;
    const bracket = /^[ \t]*\(/.exec(text.slice(start + 1, start + 1 + farthest));
    const end =
      bracket === null ? endOf(text, start + 1, /[:{\n]|\bthen\b/y) : endOf(text, start + 1 + bracket[0].length, /\)/y);
    marks.fill(1, start, end);
  }
  return marks;
}

/** Far longer than what brackets hold in an import or a condition. */
const farthest = 2000;

/** The first place from `start` on at which `end` matches and all brackets that were opened since are closed. */
function endOf(text: string, start: number, end: RegExp): number {
  const last = Math.min(text.length, start + farthest);
  let depth = 0;
  for (let at = start; at < last; at++) {
    end.lastIndex = at;
    if (depth === 0 && end.test(text)) return at;
    if ('([{'.includes(text[at]!)) depth++;
    else if (')]}'.includes(text[at]!)) depth--;
  }
  return last;
}

function linePositions(text: string): Float32Array {
  const positions = new Float32Array(text.length);
  for (let t = 1; t < text.length; t++) positions[t] = text[t] === '\n' ? 0 : positions[t - 1]! + 1;
  return positions;
}

const tabWidth = 4;

function indentations(text: string): Float32Array {
  const columns = new Float32Array(text.length);
  let width = 0;
  let isBlank = true;
  for (let t = 0; t < text.length; t++) {
    const character = text[t];
    if (character === '\n') [width, isBlank] = [0, true];
    else if (isBlank && character === '\t') width += tabWidth;
    else if (isBlank && character === ' ') width++;
    else isBlank = false;
    columns[t] = width;
  }
  return columns;
}

function bracketDepths(text: string, { code }: Regions): Float32Array {
  const depths = new Float32Array(text.length);
  let depth = 0;
  for (let t = 0; t < text.length; t++) {
    if (code[t] === 1 && '([{'.includes(text[t]!)) depth++;
    else if (code[t] === 1 && ')]}'.includes(text[t]!)) depth = Math.max(0, depth - 1);
    depths[t] = depth;
  }
  return depths;
}
