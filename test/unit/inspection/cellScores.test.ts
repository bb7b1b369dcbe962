import { describe, expect, it } from 'vitest';
import {
  characterClass,
  chooseDetector,
  correlation,
  histogramOf,
  isOn,
  scoreDetector,
} from '../../../src/model/inspection/cellScores';

const { chooseNegative, choosePositive, scoreNegative, scorePositive } = characterClass;

/** A histogram of activations by class. */
function histogram(values: Readonly<Record<number, readonly number[]>>) {
  const pairs = Object.entries(values).flatMap(([label, list]) => list.map((value) => [Number(label), value] as const));
  return histogramOf(
    Int8Array.from(pairs, ([, value]) => value),
    Uint8Array.from(pairs, ([label]) => label),
  );
}

describe('a detector', () => {
  it('has the threshold that tells most, on the side of the positives', () => {
    const values = { [chooseNegative]: [-127, -3, 5, 9], [choosePositive]: [6, 10, 90, 127] };
    const above = chooseDetector(histogram(values));
    expect(above).toMatchObject({ side: 'above', accuracy: 0.875 });
    expect([5, 6].map((value) => isOn(above, value))).toEqual([false, true]);
    const below = chooseDetector(
      histogram({ [chooseNegative]: values[choosePositive]!, [choosePositive]: values[chooseNegative]! }),
    );
    expect(below).toMatchObject({ side: 'below', accuracy: 0.875 });
    expect([5, 6].map((value) => isOn(below, value))).toEqual([true, false]);
  });

  it('is scored on the other characters alone', () => {
    const values = {
      [chooseNegative]: [-100, -90],
      [choosePositive]: [90, 100],
      [scoreNegative]: [-5, 0, 40, -100],
      [scorePositive]: [50, 60, -100, 70, 0],
    };
    const detector = chooseDetector(histogram(values));
    expect(detector.accuracy).toBe(1);
    // The first of thresholds that are equally good, just above −90: on at 4 of 5 positives and 3 of 4 negatives.
    const scores = scoreDetector(histogram(values), detector);
    expect(scores.balancedAccuracy).toBeCloseTo((4 / 5 + 1 / 4) / 2);
    expect(scores.f1).toBeCloseTo((2 * 4) / (5 + 4 + 3));
    // Of 20 pairs: three positives above all four, one level with −100 and below the rest, one above two and level with 0.
    expect(scores.auc).toBeCloseTo((12 + 0.5 + 2.5) / 20);
  });

  it('is no better than chance on what says nothing', () => {
    const values = [-50, 0, 50];
    const even = histogram({
      [chooseNegative]: [0],
      [choosePositive]: [1],
      [scoreNegative]: values,
      [scorePositive]: values,
    });
    expect(scoreDetector(even, chooseDetector(even))).toMatchObject({ balancedAccuracy: 0.5, auc: 0.5 });
  });
});

it('correlates over one part of the text', () => {
  const row = Int8Array.of(1, 2, 3, 9, -2, 5);
  const values = Float32Array.of(10, 8, 6, 1, 2, 3);
  const parts = Uint8Array.of(0, 0, 0, 1, 1, 1);
  expect(correlation(row, values, parts, 0)).toBeCloseTo(-1);
  // x − mean: 5, −6, 1; y − mean: −1, 0, 1.
  expect(correlation(row, values, parts, 1)).toBeCloseTo(-4 / Math.sqrt(62 * 2));
  expect(correlation(Int8Array.of(1, 1), Float32Array.of(1, 2), Uint8Array.of(0, 0), 0)).toBe(0);
});
