import type { InspectedText } from './inspectedText';
import type { Predictions } from './predictions';

/** A part of a line that a model did not see coming. */
export interface SurprisingPlace {
  /** The characters from `start` to `end`, and the most surprising one among them. */
  readonly start: number;
  readonly end: number;
  readonly peak: number;
  /** From 0. */
  readonly line: number;
  /** Of all characters of the place together. */
  readonly bits: number;
  /** What the model held likeliest where `peak` stands. */
  readonly guess: number;
  readonly guessProbability: number;
}

/**
 * Characters of a place. One odd character may be chance and a long rare name adds up however usual it is, so that
 * places of one size are compared.
 */
const placeLength = 8;

/**
 * The most surprising places of a text, at most one a line, the most surprising first.
 *
 * @param count how many at most.
 */
export function surprisingPlaces(
  { characters }: Pick<InspectedText, 'characters'>,
  predictions: Predictions,
  count: number,
): SurprisingPlace[] {
  const places: SurprisingPlace[] = [];
  for (let start = 0, line = 0; start < predictions.length; line++) {
    const newline = characters.indexOf('\n', start);
    const end = newline === -1 || newline > predictions.length ? predictions.length : newline;
    if (end > start) places.push(placeIn(start, end, line, predictions));
    start = end + 1;
  }
  return places.sort((a, b) => b.bits - a.bits || a.start - b.start).slice(0, count);
}

/** The window of a line with the most bits. */
function placeIn(lineStart: number, lineEnd: number, line: number, predictions: Predictions): SurprisingPlace {
  const { bits, guesses, probabilities, width: K } = predictions;
  const length = Math.min(placeLength, lineEnd - lineStart);
  let sum = 0;
  for (let t = lineStart; t < lineStart + length; t++) sum += bits[t]!;
  let best = { start: lineStart, sum };
  for (let t = lineStart + length; t < lineEnd; t++) {
    sum += bits[t]! - bits[t - length]!;
    if (sum > best.sum) best = { start: t - length + 1, sum };
  }
  const { start } = best;
  let peak = start;
  for (let t = start; t < start + length; t++) if (bits[t]! > bits[peak]!) peak = t;
  const [guess, guessProbability] = [guesses[peak * K]!, probabilities[peak * K]!];
  return { start, end: start + length, peak, line, bits: best.sum, guess, guessProbability };
}
