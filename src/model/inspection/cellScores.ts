import { activationScale } from './cellStore';

// How well the activation of one cell tells which characters have a property. Activations are whole numbers from −127
// to 127, so that a histogram holds all that there is to know of a cell, and every threshold can be tried.

/** The classes of characters: their property, and whether they serve to choose cells or to score them. */
export const characterClass = { chooseNegative: 0, choosePositive: 1, scoreNegative: 2, scorePositive: 3 };

const classes = 4;
const bins = 256;
const zeroBin = 128;

/** How often a cell has each activation in each class: [classes, 256]. */
export type Histogram = Uint32Array;

/** @param row [N] activations of one cell; @param labels [N] of {@link characterClass}. */
export function histogramOf(row: Int8Array, labels: Uint8Array, into: Histogram = newHistogram()): Histogram {
  into.fill(0);
  for (let t = 0; t < row.length; t++) into[labels[t]! * bins + row[t]! + zeroBin]!++;
  return into;
}

export function newHistogram(): Histogram {
  return new Uint32Array(classes * bins);
}

/** A cell as a detector: it is on where its activation is at least the threshold, or below it. */
export interface Detector {
  readonly side: 'above' | 'below';
  /** In activations, from −1 to 1, halfway between two that can be. */
  readonly threshold: number;
}

/**
 * The detector with the best balanced accuracy on the characters for choosing, and that accuracy: the mean of the share
 * of positives that it is on at and of negatives that it is off at. A half is chance.
 */
export function chooseDetector(histogram: Histogram): Detector & { readonly accuracy: number } {
  const negatives = classOf(histogram, characterClass.chooseNegative);
  const positives = classOf(histogram, characterClass.choosePositive);
  const [allNegatives, allPositives] = [total(negatives), total(positives)];
  let negativesBelow = 0;
  let positivesBelow = 0;
  let best = { gain: 0, bin: 0 };
  for (let bin = 0; bin < bins - 1; bin++) {
    negativesBelow += negatives[bin]!;
    positivesBelow += positives[bin]!;
    const gain = negativesBelow / allNegatives - positivesBelow / allPositives;
    if (Math.abs(gain) > Math.abs(best.gain)) best = { gain, bin };
  }
  return {
    side: best.gain >= 0 ? 'above' : 'below',
    threshold: (best.bin - zeroBin + 0.5) / activationScale,
    accuracy: (1 + Math.abs(best.gain)) / 2,
  };
}

/** Whether a detector is on at an activation as it is stored. */
export function isOn({ side, threshold }: Detector, value: number): boolean {
  return value > threshold * activationScale === (side === 'above');
}

export interface DetectorScores {
  /** The mean of the shares of positives and of negatives that are told rightly: a half is chance. */
  readonly balancedAccuracy: number;
  /** The harmonic mean of precision and recall. */
  readonly f1: number;
  /** The area under the ROC curve: how often a positive is further on the detector's side than a negative. */
  readonly auc: number;
}

/** How good a detector is on the characters for scoring. */
export function scoreDetector(histogram: Histogram, detector: Detector): DetectorScores {
  const negatives = classOf(histogram, characterClass.scoreNegative);
  const positives = classOf(histogram, characterClass.scorePositive);
  const [allNegatives, allPositives] = [total(negatives), total(positives)];
  let [hits, falseAlarms, ordered, negativesBelow] = [0, 0, 0, 0];
  for (let bin = 0; bin < bins; bin++) {
    if (isOn(detector, bin - zeroBin)) {
      hits += positives[bin]!;
      falseAlarms += negatives[bin]!;
    }
    ordered += positives[bin]! * (negativesBelow + negatives[bin]! / 2);
    negativesBelow += negatives[bin]!;
  }
  const area = ordered / (allNegatives * allPositives);
  return {
    balancedAccuracy: (hits / allPositives + 1 - falseAlarms / allNegatives) / 2,
    f1: (2 * hits) / (allPositives + hits + falseAlarms),
    auc: detector.side === 'above' ? area : 1 - area,
  };
}

/**
 * Pearson's correlation of a cell's activation with a number, over the characters of one part.
 *
 * @param parts [N]: the part that each character belongs to.
 */
export function correlation(row: Int8Array, values: Float32Array, parts: Uint8Array, part: number): number {
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let t = 0; t < row.length; t++) {
    if (parts[t] !== part) continue;
    const [a, b] = [row[t]!, values[t]!];
    n++;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const spread = Math.sqrt((n * xx - x * x) * (n * yy - y * y));
  return spread > 0 ? (n * xy - x * y) / spread : 0;
}

function classOf(histogram: Histogram, index: number): Uint32Array {
  return histogram.subarray(index * bins, (index + 1) * bins);
}

function total(counts: Uint32Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
