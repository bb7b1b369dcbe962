// How well a text keeps what code keeps, told without a parser, so that it serves for any language.

/** How many of some things are right. */
export interface Tally {
  readonly right: number;
  readonly count: number;
}

const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Quoted text on one line, or a bracket. */
const quotedOrBracket = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|[()[\]{}]/g;

/**
 * How many of the closing brackets of a text close the bracket that was opened last. Brackets inside of quotes are text.
 * Those that are open at the end count not: a sample is cut somewhere.
 */
export function bracketBalance(text: string): Tally {
  const open: string[] = [];
  let [right, count] = [0, 0];
  for (const [match] of text.matchAll(quotedOrBracket)) {
    if (match.length > 1) continue;
    const opener = closers[match];
    if (opener === undefined) {
      open.push(match);
      continue;
    }
    count++;
    if (open.at(-1) === opener) {
      open.pop();
      right++;
    }
  }
  return { right, count };
}

/**
 * How many lines of a text are indented as the lines before them ask: deeper after a line that ends in an opening bracket
 * or a colon; else as deep as the line before or as one that it stands in. Blank lines count not, nor does the first.
 */
export function indentationBalance(text: string): Tally {
  /** The indentations that the line before stands in, its own last. */
  const levels: number[] = [];
  let opens = false;
  let [right, count] = [0, 0];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const width = widthOf(line);
    const above = levels.at(-1);
    if (above !== undefined) {
      count++;
      const closesAtOnce = opens && width === above && /^\s*[)\]}]/.test(line);
      if (opens ? width > above || closesAtOnce : levels.includes(width)) right++;
    }
    while (levels.length > 0 && levels.at(-1)! >= width) levels.pop();
    levels.push(width);
    opens = /[{([:]\s*$/.test(line);
  }
  return { right, count };
}

/** The indentation of a line in columns, with a tab as eight: what matters is which of two is deeper. */
function widthOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === '\t') width += 8 - (width % 8);
    else if (character === ' ') width++;
    else break;
  }
  return width;
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = (value: (tally: Tally) => number) => tallies.reduce((total, tally) => total + value(tally), 0);
  return { right: sum(({ right }) => right), count: sum(({ count }) => count) };
}

/** The share that is right; null where there was nothing. */
export function shareOf({ right, count }: Tally): number | null {
  return count === 0 ? null : right / count;
}
