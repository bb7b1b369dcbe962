import { describe, expect, it } from 'vitest';
import { RankIndex } from '../../../src/model/baseline/rankIndex';
import { randomTokens } from './streams';

describe('RankIndex', () => {
  it.each([
    [0, 5],
    [255, 5],
    [256, 5],
    [257, 200],
    [3000, 3],
    [4096, 2000],
  ])('counts %d symbols of an alphabet of %d', (length, alphabetSize) => {
    const symbols = Uint16Array.from(randomTokens(length, alphabetSize, 1));
    const rank = new RankIndex(symbols, alphabetSize);
    for (const symbol of [0, 1, alphabetSize - 1]) {
      const above = [0];
      for (const other of symbols) above.push(above.at(-1)! + Number(other === symbol));
      for (let row = 0; row <= length; row += row % 64 === 0 ? 1 : 63) {
        expect(rank.above(symbol, row)).toBe(above[row]);
        for (const to of [row, Math.min(length, row + 10), length]) {
          expect(rank.between(symbol, row, to, above[row]!)).toBe(above[to]! - above[row]!);
        }
      }
    }
  });
});
