import { describe, expect, it } from 'vitest';
import { characterAt, layOut, rowOf } from '../../../media/pages/inspector/layout';

const text = 'abcdefgh\n\n\tij\nk';
const layout = layOut([...text], 5);

/** The rows as text. */
const rows = [...layout.rowStarts.slice(0, -1)].map((start, row) => text.slice(start, layout.rowStarts[row + 1]));

describe('a text in rows of five columns', () => {
  it('breaks long lines, and gives a tab four columns', () => {
    expect(rows).toEqual(['abcde', 'fgh\n', '\n', '\ti', 'j\n', 'k']);
    expect([...layout.columns]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 0, 0, 4, 0, 1, 0]);
    expect([...layout.lines]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 3]);
  });

  it('knows the row of a character and the character of a place', () => {
    expect([0, 4, 5, 9, 11, 14].map((t) => rowOf(layout, t))).toEqual([0, 0, 1, 2, 3, 5]);
    for (let t = 0; t < text.length; t++) expect(characterAt(layout, rowOf(layout, t), layout.columns[t]!)).toBe(t);
    // Inside a tab, behind the end of a row, and beyond all rows.
    expect(characterAt(layout, 3, 2)).toBe(10);
    expect(characterAt(layout, 1, 40)).toBe(8);
    expect(characterAt(layout, 99, 0)).toBe(14);
    expect(characterAt(layout, -1, 1)).toBe(1);
  });

  it('does not put a line end into a row of its own, nor loses a character that is wider than a row', () => {
    expect([...layOut([...'abcde\nf'], 5).rowStarts]).toEqual([0, 6, 7]);
    expect([...layOut([...'\t\ta'], 2).rowStarts]).toEqual([0, 1, 2, 3]);
    expect([...layOut([], 5).rowStarts]).toEqual([0, 0]);
  });
});
