import { describe, expect, it } from 'vitest';
import { indexContexts } from '../../../src/model/baseline/contextIndex';
import { Successors } from '../../../src/model/baseline/successors';
import { separatedText } from '../../../src/model/baseline/trainingText';
import { randomTokens, streamOf } from './streams';

const V = 4;
const order = 3;
const text = separatedText(streamOf(randomTokens(1500, V, 1), randomTokens(500, V, 2)), V, 1e9);
const index = indexContexts(text, order);
const rows = index.next.length;

describe('Successors', () => {
  it('counts what follows, in small and large intervals', () => {
    const successors = new Successors(index, V, order);
    for (const [low, high] of [
      [0, rows],
      [7, 900],
      [30, 50],
      [9, 9],
    ] as const) {
      const counts = new Map<number, number>();
      for (const symbol of index.next.subarray(low, high)) {
        if (symbol !== V) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      }
      // At the highest order every occurrence counts.
      const list = successors.of(order, low, high);
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      expect([...list.subarray(0, 2 + 2 * counts.size)]).toEqual([counts.size, total, ...[...counts].flat()]);
    }
  });

  it('counts the same however little it remembers', () => {
    const forgetful = new Successors(index, V, order, 25);
    const successors = new Successors(index, V, order);
    for (let pass = 0; pass < 2; pass++) {
      for (let low = 0; low + 100 <= rows; low += 100) {
        for (let length = 0; length <= order; length++) {
          expect(forgetful.of(length, low, low + 100)).toEqual(successors.of(length, low, low + 100));
        }
      }
    }
  });
});
