import { expect, it } from 'vitest';
import { piecesOf, visible } from '../../../media/pages/dashboard/marks';

it('cuts a sample where something to mark begins or ends', () => {
  const text = 'abcdefghij';
  const check = {
    longestCopy: null,
    copies: [{ start: 2, length: 4, path: 'a.c' }],
    newShare: 0.6,
    words: 2,
    unknownWords: [
      { start: 4, length: 3 },
      { start: 8, length: 2 },
    ],
  };
  const pieces = piecesOf({ text, check });
  expect(pieces).toEqual([
    { text: 'ab', copiedFrom: null, madeUp: false },
    { text: 'cd', copiedFrom: 'a.c', madeUp: false },
    { text: 'ef', copiedFrom: 'a.c', madeUp: true },
    { text: 'g', copiedFrom: null, madeUp: true },
    { text: 'h', copiedFrom: null, madeUp: false },
    { text: 'ij', copiedFrom: null, madeUp: true },
  ]);
});

it('loses nothing of a sample without marks, and shows control characters', () => {
  const check = { longestCopy: null, copies: [], newShare: 1, words: 0, unknownWords: [] };
  expect(piecesOf({ text: 'a\nb', check })).toEqual([{ text: 'a\nb', copiedFrom: null, madeUp: false }]);
  expect(visible('\u0002a\tb\n\u001b')).toBe('␂a\tb\n␛');
});
