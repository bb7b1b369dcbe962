import { describe, expect, test } from 'vitest';
import { normaliseText } from '../../../src/model/corpus/documents';
import { encodeText } from '../../../src/model/corpus/encode';
import { TextBuffer } from '../../../src/model/corpus/textBuffer';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { randomNumbers } from './temporaryFolder';

/** What the buffer holds after appending `source` in pieces of these sizes. */
async function read(source: Uint8Array, pieceSize = source.length): Promise<string> {
  const text = new TextBuffer(source.length);
  let held: Uint8Array = new Uint8Array(0);
  for (let at = 0, isFirst = true; at < source.length; at += pieceSize, isFirst = false) {
    const piece = Uint8Array.from([...held, ...source.subarray(at, at + pieceSize)]);
    held = piece.subarray(text.append(piece, isFirst, at + pieceSize >= source.length));
  }
  text.endDocument('x');
  const counts = text.characterCounts();
  const vocabulary = Vocabulary.fromCounts(counts, { minimumCount: 0, maximumSize: 65536 });
  const { tokens, documents } = await encodeText(text, vocabulary, undefined);
  expect(documents).toEqual([{ path: 'x', start: 0, length: tokens.length }]);
  const decoded = vocabulary.decode(tokens);
  expect(Object.fromEntries(counts)).toEqual(countsOf(decoded));
  return decoded;
}

function countsOf(text: string): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    counts[codePoint] = (counts[codePoint] ?? 0) + 1;
  }
  return counts;
}

const decode = (bytes: Uint8Array) => normaliseText(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));

describe('append', () => {
  test.each<[string, string]>([
    ['plain', 'int a;\n\treturn 0;\n'],
    ['of odd length', 'abc'],
    ['with line ends of all kinds', 'a\r\nb\rc\n\r\r\n'],
    ['that ends with a carriage return', 'a\r'],
    ['with a byte order mark', '\uFEFFa\uFEFF'],
    ['with delimiters', '\u0002a\u0003'],
    ['in many scripts', 'é 日本 😀 \uFFFD ﷽ \u{10FFFF} z'],
  ])('a text %s', async (_, text) => {
    expect(await read(Buffer.from(text))).toBe(normaliseText(text));
  });

  test.each<[string, number[]]>([
    ['stray continuation bytes', [0x61, 0x80, 0xbf, 0x62]],
    ['overlong forms', [0xc0, 0x80, 0xe0, 0x80, 0x80, 0xf0, 0x80, 0x80, 0x80]],
    ['surrogates', [0xed, 0xa0, 0x80, 0x61]],
    ['past the last code point', [0xf4, 0x90, 0x80, 0x80, 0xf5, 0xff]],
    ['cut short in the middle', [0xe2, 0x82, 0x61, 0xf0, 0x9f, 0x98, 0x62]],
    ['cut short at the end', [0x61, 0xf0, 0x9f, 0x98]],
  ])('broken UTF-8: %s', async (_, bytes) => {
    expect(await read(Uint8Array.from(bytes))).toBe(decode(Uint8Array.from(bytes)));
  });

  test('random bytes, in pieces of every size, are what the platform decodes', async () => {
    const random = randomNumbers(1);
    const interesting = [
      0x0a, 0x0d, 0x02, 0x41, 0x80, 0xbf, 0xc3, 0xe2, 0x82, 0xac, 0xed, 0xf0, 0x9f, 0x98, 0xef, 0xbb,
    ];
    for (let round = 0; round < 100; round++) {
      const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () =>
        random() < 0.8 ? interesting[Math.floor(random() * interesting.length)]! : Math.floor(random() * 256),
      );
      // A piece shorter than the byte order mark does not show that there is one.
      expect(await read(bytes, 3 + (round % 7))).toBe(decode(bytes));
    }
  });
});

describe('documents', () => {
  async function tokensOf(vocabulary?: Vocabulary) {
    const text = new TextBuffer(1000);
    text.addDocument('a.c', Buffer.from('int a;'));
    text.addDocument('ü\n.c', Buffer.from('日本\r\n'));
    text.reorder([...text.documents].reverse());
    const used = vocabulary ?? Vocabulary.fromCounts(text.characterCounts());
    const { tokens, documents } = await encodeText(text, used, undefined);
    return {
      tokens,
      documents,
      texts: documents.map(({ start, length }) => used.decode(tokens.slice(start, start + length))),
    };
  }

  test('have head and tail, and can change places', async () => {
    const { documents, texts } = await tokensOf();
    expect(documents.map(({ path }) => path)).toEqual(['ü\uFFFD.c', 'a.c']);
    expect(texts).toEqual(['\u0002ü\uFFFD.c\n日本\n\u0003', '\u0002a.c\nint a;\u0003']);
  });

  test('are tokens of two bytes for a large vocabulary', async () => {
    const many = Array.from({ length: 300 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', 'a', ...many, '日']);
    const { tokens, texts } = await tokensOf(vocabulary);
    expect(tokens).toBeInstanceOf(Uint16Array);
    expect(tokens).toContain(304);
    expect(texts[1]).toBe('\u0002a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDa\uFFFD\u0003');
  });

  test('what the vocabulary lacks is the unknown character', async () => {
    const { tokens, texts } = await tokensOf(new Vocabulary(['\uFFFD', '\u0002', '\u0003', 'i']));
    expect(tokens).toBeInstanceOf(Uint8Array);
    expect(texts[1]).toBe('\u0002\uFFFD\uFFFD\uFFFD\uFFFDi\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\u0003');
  });
});
