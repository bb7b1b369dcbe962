import { expect, it } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { toInspectedText } from '../../../src/model/inspection/inspectedText';

const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', '\n', 'a', '😀']);

it('cuts a text that is too long, by characters as the model reads them, and says so', () => {
  const text = '\uFEFFa\r\n😀a';
  const cut = (most: number) => toInspectedText({ path: null, text }, vocabulary, most);
  expect(cut(3)).toMatchObject({ characters: ['a', '\n', '😀'], isCut: true });
  expect(cut(4)).toMatchObject({ characters: ['a', '\n', '😀', 'a'], isCut: false });
  expect(cut(9)).toMatchObject({ characters: ['a', '\n', '😀', 'a'], isCut: false });
});
