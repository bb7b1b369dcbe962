// Which parts of a text are coloured how strongly by their surprise. Of VS Code it knows nothing.

/** The least bits of each level; what is below the first is not coloured. */
export const levelBits = [2, 4, 6, 8, 10] as const;

/** A part of one line, in UTF-16 units. */
export interface LineRange {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Where each character of a text is, in UTF-16 units of its line. */
export interface TextPlaces {
  /** [N] */
  readonly lines: Int32Array;
  /** [N] */
  readonly columns: Int32Array;
}

/** @param characters [N] code points, lines ended by line feeds. */
export function placesOf(characters: readonly string[]): TextPlaces {
  const lines = new Int32Array(characters.length);
  const columns = new Int32Array(characters.length);
  let [line, column] = [0, 0];
  for (const [t, character] of characters.entries()) {
    [lines[t], columns[t]] = [line, column];
    column += character.length;
    if (character === '\n') [line, column] = [line + 1, 0];
  }
  return { lines, columns };
}

/**
 * The parts of each level, neighbours of one level together. Line ends are left out: nothing shows there.
 *
 * @param bits [N]
 */
export function surpriseLevels(
  characters: readonly string[],
  bits: Float32Array,
  { lines, columns }: TextPlaces,
): LineRange[][] {
  const levels: LineRange[][] = levelBits.map(() => []);
  for (let start = 0; start < characters.length; ) {
    const level = levelOf(bits[start]!);
    let end = start + 1;
    if (level >= 0 && characters[start] !== '\n') {
      while (end < characters.length && characters[end] !== '\n' && levelOf(bits[end]!) === level) end++;
      const to = columns[end - 1]! + characters[end - 1]!.length;
      levels[level]!.push({ line: lines[start]!, from: columns[start]!, to });
    }
    start = end;
  }
  return levels;
}

/** The character at a place of a line, null if there is none. */
export function characterAtPlace({ lines, columns }: TextPlaces, line: number, column: number): number | null {
  let [low, high] = [0, lines.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const isBefore = lines[middle]! < line || (lines[middle] === line && columns[middle]! <= column);
    if (isBefore) low = middle + 1;
    else high = middle - 1;
  }
  return high >= 0 && lines[high] === line ? high : null;
}

/** −1 for what is not coloured. */
function levelOf(bits: number): number {
  return levelBits.findLastIndex((least) => bits >= least);
}
