import { describe, expect, it } from 'vitest';
import { chooseBeginnings, chooseExcerpts, groupByLength, lengthOf } from '../../../src/model/evaluation/excerpts';
import { streamOf } from '../baseline/streams';

const stream = streamOf(...Array.from({ length: 50 }, (_, i) => new Array(10 + i).fill(3)));

describe('chooseExcerpts', () => {
  it('takes all documents in their order where they fit', () => {
    const whole = stream.documents.map(({ start, length }) => ({
      start,
      end: start + length,
      documentEnd: start + length,
    }));
    expect(chooseExcerpts(stream, stream.tokens.length)).toEqual(whole);
  });

  it('takes exactly as many characters as allowed: whole documents and the beginning of one', () => {
    const excerpts = chooseExcerpts(stream, 400);
    expect(excerpts.reduce((sum, excerpt) => sum + lengthOf(excerpt), 0)).toBe(400);
    const cut = excerpts.filter(({ end, documentEnd }) => end !== documentEnd);
    expect(cut.length).toBeLessThanOrEqual(1);
  });

  it('chooses by the path, so the same ones stay chosen when others come and go', () => {
    const few = chooseExcerpts(stream, 200).slice(0, -1);
    const reversed = { tokens: stream.tokens, documents: [...stream.documents].reverse() };
    expect(chooseExcerpts(reversed, 200).slice(0, -1)).toEqual(few);
    expect(chooseExcerpts(stream, 400).slice(0, few.length)).toEqual(few);
    const inOrder = stream.documents.slice(0, few.length).map(({ start }) => start);
    expect(few.map(({ start }) => start)).not.toEqual(inOrder);
  });

  it('leaves empty documents out', () => {
    expect(chooseExcerpts(streamOf([], [3], []), 10)).toEqual([{ start: 0, end: 1, documentEnd: 1 }]);
  });
});

describe('chooseBeginnings', () => {
  it('takes the beginnings of so many documents, and of all where there are fewer', () => {
    const beginnings = chooseBeginnings(stream, 20, 15);
    expect(beginnings).toHaveLength(20);
    for (const { start, end, documentEnd } of beginnings) {
      expect(stream.documents).toContainEqual(expect.objectContaining({ start, length: documentEnd - start }));
      expect(end - start).toBe(Math.min(15, documentEnd - start));
    }
    expect(chooseBeginnings(stream, 99, 5)).toHaveLength(50);
    expect(chooseBeginnings(streamOf([], [3]), 2, 5)).toEqual([{ start: 0, end: 1, documentEnd: 1 }]);
  });
});

describe('groupByLength', () => {
  it('puts the longest together, each document in one group', () => {
    const excerpts = chooseExcerpts(stream, stream.tokens.length);
    const groups = groupByLength(excerpts, 20);
    expect(groups.map((group) => group.length)).toEqual([20, 20, 10]);
    expect(groups.flat().map(lengthOf)).toEqual(Array.from({ length: 50 }, (_, i) => 59 - i));
  });
});
