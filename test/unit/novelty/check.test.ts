import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { SampleChecker } from '../../../src/model/novelty/check';
import { KnownWords } from '../../../src/model/novelty/knownWords';

const source = `int spi_probe(struct device *dev) { return getDeviceState(dev); } // 𝒳 𝒴 MODULE`;
const vocabulary = Vocabulary.fromCounts(new Map([...source, ...'qxz=;\n'].map((c) => [c.codePointAt(0)!, 1])));
const tokens = vocabulary.encode(source);
const training = { tokens, documents: [{ path: 'spi.c', start: 0, length: tokens.length }] };

describe('SampleChecker', () => {
  const checker = new SampleChecker(training, vocabulary);

  it('tells what is copied from where, and how much is new', () => {
    const copied = 'struct device *dev) { return getDeviceState(';
    const text = `qxz = ${copied}qxz`;
    const check = checker.check(text);
    expect(check.copies).toEqual([{ start: 6, length: copied.length, path: 'spi.c' }]);
    expect(check.longestCopy).toEqual(check.copies[0]);
    expect(check.newShare).toBeCloseTo(9 / text.length);
  });

  it('shows a short phrase, but does not call it a copy', () => {
    const check = checker.check('qxz(struct device *dev, qxz');
    expect(check.longestCopy).toEqual({ start: 3, length: 19, path: 'spi.c' });
    expect(check.copies).toEqual([]);
    expect(check.newShare).toBe(1);
  });

  it('calls no blank space a copy', () => {
    const blank = `a${' '.repeat(60)}b`;
    const spaces = vocabulary.encode(blank);
    const stream = { tokens: spaces, documents: [{ path: 'a.c', start: 0, length: spaces.length }] };
    expect(new SampleChecker(stream, vocabulary).check(blank)).toMatchObject({ longestCopy: null, newShare: 1 });
  });

  it('calls a block a copy that is indented far', () => {
    const block = `if (dev)\n${' '.repeat(40)}return spi(dev);\n${' '.repeat(40)}spi();\n`;
    const encoded = vocabulary.encode(block);
    const stream = { tokens: encoded, documents: [{ path: 'a.c', start: 0, length: encoded.length }] };
    const [copy, ...others] = new SampleChecker(stream, vocabulary).check(block).copies;
    expect(copy).toEqual({ start: 0, length: block.length, path: 'a.c' });
    expect(others).toEqual([]);
  });

  it('calls nothing a copy that it would not find wherever it stands in a very long text', () => {
    const long = new SampleChecker(training, vocabulary, 2);
    expect(checker.copyLength).toBe(32);
    expect(long.copyLength).toBeGreaterThan(40);
    expect(long.check(`${source.slice(0, long.copyLength)}qxz`).copies).toHaveLength(1);
    expect(long.check(`${source.slice(0, long.copyLength - 2)}qxz`).copies).toEqual([]);
  });

  it('counts in UTF-16 units', () => {
    const copied = '(dev); } // 𝒳 𝒴 MODULE';
    const check = checker.check(`𝒳𝒴q${copied}`);
    expect(check.longestCopy).toEqual({ start: 5, length: copied.length, path: 'spi.c' });
  });

  it('takes an empty text', () => {
    expect(checker.check('')).toEqual({ longestCopy: null, copies: [], newShare: 1, words: 0, unknownWords: [] });
  });
});

describe('KnownWords', () => {
  const words = new KnownWords(training, vocabulary);

  it('knows the words of identifiers, however they are put together', () => {
    expect(words.check('state_probe STRUCT moduleReturn deviceGet.')).toEqual({ words: 7, unknown: [] });
  });

  it('says which were made up', () => {
    const text = 'int devize = getStete;';
    const { words: count, unknown } = words.check(text);
    expect(count).toBe(4);
    expect(unknown.map(({ start, length }) => text.slice(start, start + length))).toEqual(['devize', 'Stete']);
  });

  it('ends a word of capitals where the next word begins', () => {
    const text = 'parseHTTPRequest getURLs PCIeRoot XMLHttp.';
    const unknown = words.check(text).unknown.map(({ start, length }) => text.slice(start, start + length));
    expect(unknown).toEqual(['parse', 'HTTP', 'Request', 'URL', 'PCI', 'Root', 'XML', 'Http']);
  });

  it('leaves out the last word, which may be cut', () => {
    expect(words.check('int devi')).toEqual({ words: 1, unknown: [] });
  });
});
