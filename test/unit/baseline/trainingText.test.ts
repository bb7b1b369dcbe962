import { describe, expect, it } from 'vitest';
import { separatedText } from '../../../src/model/baseline/trainingText';
import { randomTokens, streamOf } from './streams';

describe('separatedText', () => {
  it('puts a separator in front of each document and leaves empty ones out', () => {
    const text = separatedText(streamOf([1, 2], [], [0]), 3, 100);
    expect([...text.symbols]).toEqual([3, 1, 2, 3, 0]);
    expect(text).toMatchObject({ separator: 3, characters: 3 });
  });

  it('takes one byte a symbol as long as the separator fits', () => {
    expect(separatedText(streamOf([1]), 255, 100).symbols).toBeInstanceOf(Uint8Array);
    expect(separatedText(streamOf([1]), 256, 100).symbols).toEqual(Uint16Array.of(256, 1));
  });

  it('cuts a long stream to blocks at even distances that stay inside documents', () => {
    const stream = streamOf(randomTokens(150_000, 9, 1), randomTokens(150_000, 9, 2));
    const { symbols, characters } = separatedText(stream, 9, 200_000);
    const block = 65_536;
    expect(characters).toBe(3 * block);
    // The first, the middle one, which holds the border of the documents, and the last.
    const middle = (300_000 - block) / 2;
    const [first, last] = [stream.documents[0]!, stream.documents[1]!];
    const expected = [
      [0, block],
      [middle, first.length],
      [last.start, middle + block],
      [300_000 - block, 300_000],
    ].flatMap(([from, to]) => [9, ...stream.tokens.subarray(from, to)]);
    expect(symbols).toEqual(Uint8Array.from(expected));
  });

  it('cuts to less than a block', () => {
    expect(separatedText(streamOf(randomTokens(1000, 9, 1)), 9, 10).characters).toBe(10);
  });
});
