// Where each character of a text is drawn: in rows of equally wide columns, long lines broken.

/** Columns that a tab takes. */
const tabColumns = 4;

export interface TextLayout {
  /** [rows + 1]: the first character of each row, and N. */
  readonly rowStarts: Int32Array;
  /** [N]: the column at which each character begins. */
  readonly columns: Uint16Array;
  /** [N]: the line of each character, from 0. */
  readonly lines: Int32Array;
}

/** @param columns of a row; at least one character is put into each. */
export function layOut(characters: readonly string[], columns: number): TextLayout {
  const starts = [0];
  const places = new Uint16Array(characters.length);
  const lines = new Int32Array(characters.length);
  let column = 0;
  let line = 0;
  for (let t = 0; t < characters.length; t++) {
    const character = characters[t]!;
    const width = widthOf(character);
    // A newline may stick out: a row of its own for it would look like an empty line.
    if (column > 0 && column + width > columns && character !== '\n') {
      starts.push(t);
      column = 0;
    }
    places[t] = column;
    lines[t] = line;
    column += width;
    if (character !== '\n') continue;
    line++;
    column = 0;
    if (t + 1 < characters.length) starts.push(t + 1);
  }
  return { rowStarts: Int32Array.from([...starts, characters.length]), columns: places, lines };
}

/** Columns that a character takes. */
export function widthOf(character: string): number {
  return character === '\t' ? tabColumns : 1;
}

/** The row of a character. */
export function rowOf({ rowStarts }: TextLayout, character: number): number {
  let [low, high] = [0, rowStarts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rowStarts[middle]! <= character) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The character at a row and column, the nearest one where there is none. */
export function characterAt({ rowStarts, columns }: TextLayout, row: number, column: number): number {
  const inside = Math.min(Math.max(0, row), rowStarts.length - 2);
  let character = rowStarts[inside]!;
  for (let t = character; t < rowStarts[inside + 1]! && columns[t]! <= column; t++) character = t;
  return character;
}

/** What is drawn for characters that can't be seen. */
export function visible(character: string): string {
  if (character === ' ') return '·';
  if (character === '\n') return '↵';
  if (character === '\t') return '⇥';
  const code = character.codePointAt(0)!;
  if (code === 3) return '∎';
  return code < 32 || (code >= 0x7f && code < 0xa0) ? '�' : character;
}
