import { describe, expect, test } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { UserError } from '../../../src/model/errors';

function countsOf(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    counts.set(codePoint, (counts.get(codePoint) ?? 0) + 1);
  }
  return counts;
}

describe('ids', () => {
  test('0, 1 and 2 are reserved, the others follow in code point order', () => {
    const vocabulary = Vocabulary.fromCounts(countsOf('b😀ab\u0002\u0003\uFFFDé'));
    expect(vocabulary.characters).toEqual(['\uFFFD', '\u0002', '\u0003', 'a', 'b', 'é', '😀']);
    expect(vocabulary.size).toBe(7);
    expect(vocabulary.idOf(0x1f600)).toBe(6);
    expect(vocabulary.idOf(2)).toBe(Vocabulary.start);
    expect(vocabulary.idOf(3)).toBe(Vocabulary.end);
  });

  test('what is not in it is unknown', () => {
    const vocabulary = Vocabulary.fromCounts(countsOf('ab'));
    for (const codePoint of [0x63, 0xe9, 0x1f600, 0xfffd, 0xd800]) expect(vocabulary.idOf(codePoint)).toBe(0);
    expect(vocabulary.knows('a€b€c')).toEqual(['€', 'c']);
    expect(vocabulary.knows('abba')).toEqual([]);
  });
});

describe('encode and decode', () => {
  const text = '\u0002a/ü.c\nint 😀 = "日本";\n\u0003';
  const vocabulary = Vocabulary.fromCounts(countsOf(text));

  test('are inverse and count code points', () => {
    const ids = vocabulary.encode(text);
    expect(ids.length).toBe([...text].length);
    expect(vocabulary.decode(ids)).toBe(text);
  });

  test('show unknown characters, lone surrogates and ids out of range as U+FFFD', () => {
    expect(vocabulary.decode(vocabulary.encode('i€\ud83dn'))).toBe('i\uFFFD\uFFFDn');
    expect(vocabulary.decode([999])).toBe('\uFFFD');
  });
});

describe('fromCounts', () => {
  const range = (from: number, length: number, count: number) =>
    Array.from({ length }, (_, i): [number, number] => [from + i, count]);

  test('does not depend on the order of the counts', () => {
    const counts = [...countsOf('the quick brown fox 😀é')];
    expect(Vocabulary.fromCounts(new Map(counts.toReversed()))).toEqual(Vocabulary.fromCounts(new Map(counts)));
  });

  test('keeps a character that occurs once in a small text, and drops it from a huge one', () => {
    const vocabularyOf = (size: number) =>
      Vocabulary.fromCounts(
        new Map([
          [97, size],
          [0x20ac, 1],
          [126, 1],
        ]),
      );
    expect(vocabularyOf(1000).characters.slice(3)).toEqual(['a', '~', '€']);
    // What a keyboard types stays.
    expect(vocabularyOf(1e9).characters.slice(3)).toEqual(['a', '~']);
  });

  test('stays within one byte while that covers the text', () => {
    const counts = new Map([...range(32, 95, 1e5), ...range(0x4e00, 157, 1000), ...range(0x5e00, 50, 98)]);
    const vocabulary = Vocabulary.fromCounts(counts);
    expect(vocabulary.size).toBe(256);
    expect(vocabulary.idOf(0x5e00)).not.toBe(0);
    expect(vocabulary.idOf(0x5e01)).toBe(0);
  });

  test('grows beyond one byte for a text that needs it', () => {
    const vocabulary = Vocabulary.fromCounts(new Map([...range(32, 95, 1e4), ...range(0x4e00, 1000, 1e3)]));
    expect(vocabulary.size).toBeGreaterThan(1000);
  });

  test('obeys its options', () => {
    const counts = countsOf('éééèèêa');
    expect(Vocabulary.fromCounts(counts, { maximumSize: 5 }).characters.slice(3)).toEqual(['a', 'é']);
    expect(Vocabulary.fromCounts(counts, { minimumCount: 2 }).characters.slice(3)).toEqual(['a', 'è', 'é']);
  });
});

describe('JSON', () => {
  test('there and back', () => {
    const vocabulary = Vocabulary.fromCounts(countsOf('x "\\😀'));
    expect(Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)))).toEqual(vocabulary);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no list', { 0: '\uFFFD' }],
    ['no strings', ['\uFFFD', '\u0002', '\u0003', 5]],
    ['reserved characters missing', ['a', 'b', 'c']],
    ['two characters in one', ['\uFFFD', '\u0002', '\u0003', 'ab']],
    ['an empty one', ['\uFFFD', '\u0002', '\u0003', '']],
    ['half a character', ['\uFFFD', '\u0002', '\u0003', '\ud83d']],
    ['the same twice', ['\uFFFD', '\u0002', '\u0003', 'a', 'a']],
    ['a reserved one again', ['\uFFFD', '\u0002', '\u0003', '\u0002']],
    ['the unknown one again', ['\uFFFD', '\u0002', '\u0003', '\uFFFD']],
  ])('refuses %s', (_, value) => {
    expect(() => Vocabulary.fromJSON(value)).toThrow(UserError);
  });
});
