import { describe, expect, it } from 'vitest';
import { characterAtPlace, placesOf, surpriseLevels } from '../../../src/extension/surprise/levels';

const text = 'ab🙂c\n\ndé';
const characters = [...text];
const places = placesOf(characters);

describe('the surprise of a text', () => {
  it('is coloured by level, neighbours together, in UTF-16 units of each line', () => {
    const bits = Float32Array.of(1.9, 2, 3.9, 4, 50, 50, 10, 12);
    const levels = surpriseLevels(characters, bits, places);
    expect(levels).toEqual([
      [{ line: 0, from: 1, to: 4 }],
      [{ line: 0, from: 4, to: 5 }],
      [],
      [],
      [{ line: 2, from: 0, to: 2 }],
    ]);
  });

  it('is found again by line and column', () => {
    const at = (line: number, column: number) => characterAtPlace(places, line, column);
    expect([at(0, 0), at(0, 2), at(0, 3), at(0, 4)]).toEqual([0, 2, 2, 3]);
    expect([at(1, 0), at(2, 1), at(2, 9)]).toEqual([5, 7, 7]);
    expect(at(3, 0)).toBeNull();
    expect(characterAtPlace(placesOf([]), 0, 0)).toBeNull();
  });
});
