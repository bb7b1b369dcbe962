import { expect, test } from 'vitest';
import { documentHead, documentPath, documentTail, normaliseText } from '../../../src/model/corpus/documents';

test('head and tail', () => {
  expect(documentHead('src/a.c')).toBe('\u0002src/a.c\n');
  expect(documentTail).toBe('\u0003');
});

test('paths are the same on every platform and can forge nothing', () => {
  expect(documentPath('src\\win\\a.c')).toBe('src/win/a.c');
  expect(documentPath('u\u0308ber.c')).toBe('\u00fcber.c');
  expect(documentPath('a\nb\u0002\u0003\u001b[31m\u0085\u2028\ud83d.c')).toBe(
    'a\uFFFDb\uFFFD\uFFFD\uFFFD[31m\uFFFD\uFFFD\uFFFD.c',
  );
  expect(documentPath('with space/😀.c')).toBe('with space/😀.c');
});

test('texts lose the byte order mark, carriage returns and delimiters', () => {
  expect(normaliseText('\uFEFFa\r\nb\rc\r\r\nd\n')).toBe('a\nb\nc\n\nd\n');
  expect(normaliseText('a\u0003\u0002b\uFEFF')).toBe('a\uFFFD\uFFFDb\uFEFF');
});
