import { chooseDetector, type Detector, histogramOf, newHistogram } from './cellScores';
import type { CellStore } from './cellStore';

/** The cells that tell positives for choosing best, the best first. */
export function bestDetectors(
  store: CellStore,
  classes: Uint8Array,
  count: number,
  from = 0,
): (Detector & { readonly cell: number; readonly accuracy: number })[] {
  const histogram = newHistogram();
  const all = Array.from({ length: store.cells }, (_, cell) => {
    const row = store.row(cell, from, from + classes.length);
    return { cell, ...chooseDetector(histogramOf(row, classes, histogram)) };
  });
  return all.sort((a, b) => b.accuracy - a.accuracy || a.cell - b.cell).slice(0, count);
}
