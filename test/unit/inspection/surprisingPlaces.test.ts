import { expect, it } from 'vitest';
import { Predictions } from '../../../src/model/inspection/predictions';
import { surprisingPlaces } from '../../../src/model/inspection/surprisingPlaces';

/** Predictions in which each character of the text had as many bits as are given for it, 1 where none are. */
function surprised(text: string, bits: Readonly<Record<number, number>>): Predictions {
  const predictions = new Predictions(text.length, 2);
  for (let t = 0; t < text.length; t++) {
    predictions.put({
      start: t,
      guesses: Int32Array.of(t, 0),
      probabilities: Float32Array.of(0.5, 0.25),
      bits: Float32Array.of(bits[t] ?? 1),
    });
  }
  return predictions;
}

it('finds the odd line, and where in it', () => {
  const text = 'a usual line\nwith an odd thing in it\n\nshort\n';
  const at = text.indexOf('odd');
  const places = surprisingPlaces({ characters: [...text] }, surprised(text, { 3: 4, [at]: 9, [at + 1]: 5 }), 10);
  expect(places.map(({ line }) => line)).toEqual([1, 0, 3]);
  const [odd] = places;
  expect(odd).toMatchObject({ peak: at, bits: 9 + 5 + 6, guess: at, guessProbability: 0.5 });
  expect(odd!.start).toBeLessThanOrEqual(at);
  expect(odd!.end).toBe(odd!.start + 8);
  expect(odd!.end).toBeGreaterThan(at + 1);
  expect(places[2]).toMatchObject({ start: text.indexOf('short'), end: text.indexOf('short') + 5, bits: 5 });
  expect(surprisingPlaces({ characters: [...text] }, surprised(text, {}), 2)).toHaveLength(2);
});

it('tells the mean surprise', () => {
  expect(surprised('abcd', { 0: 5 }).bitsPerCharacter).toBe(2);
  expect(new Predictions(0, 5).bitsPerCharacter).toBe(0);
});
