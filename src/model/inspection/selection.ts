import { bestDetectors } from './bestDetectors';
import { characterClass, type Detector, isOn } from './cellScores';
import type { CellStore } from './cellStore';

/** Texts, one behind the other, with what every cell did at each of their characters. */
interface PlacedTexts {
  readonly texts: readonly {
    readonly start: number;
    readonly text: { readonly characters: { readonly length: number } };
  }[];
  readonly store: CellStore;
}

/** A cell that is on in a selected range and off elsewhere. */
export interface SelectedCell extends Detector {
  readonly cell: number;
  /** The shares of characters at which it is on, in the range and elsewhere in the text. */
  readonly inside: number;
  readonly outside: number;
}

/** A place at which the same cells are on as in the selected range. */
export interface SimilarPlace {
  /** Which of the texts, and the characters in it. */
  readonly text: number;
  readonly start: number;
  readonly end: number;
  /** The mean share of the cells that are on there. */
  readonly share: number;
  /** The same, less where the place is longer or shorter than the range: what places are ordered by. */
  readonly alike: number;
}

/** Cells that are on at no more than this share more of the range than elsewhere say nothing about it. */
const leastDifference = 0.5;
/** The share of the cells that has to be on for a place to be similar. */
const leastShare = 0.75;

/**
 * The cells that are on in a range of a text and off elsewhere in it, as LSTMVis shows them (Strobelt, Gehrmann, Pfister
 * and Rush, 2018), here each with the threshold that tells the range best.
 *
 * @param from first character of the range; @param to behind its last.
 * @param text the part of the store that the text takes up, in which the range is.
 * @returns none if the range is all of the text: nothing is left to be off at.
 */
export function cellsOnIn(
  store: CellStore,
  { from, to }: { readonly from: number; readonly to: number },
  text: { readonly start: number; readonly end: number },
  count = 8,
): SelectedCell[] {
  if (to - from >= text.end - text.start) return [];
  const classes = new Uint8Array(text.end - text.start).fill(characterClass.chooseNegative);
  classes.fill(characterClass.choosePositive, from - text.start, to - text.start);
  return bestDetectors(store, classes, count, text.start)
    .map(({ cell, side, threshold }) => {
      const on = onAt(store.row(cell, text.start, text.end), { side, threshold });
      const inRange = sum(on.subarray(from - text.start, to - text.start));
      const inside = inRange / (to - from);
      const outside = (sum(on) - inRange) / (on.length - (to - from));
      return { cell, side, threshold, inside, outside };
    })
    .filter(({ inside, outside }) => inside - outside >= leastDifference);
}

/**
 * The places at which most of some cells are on together, the most alike first: those with many of the cells on, over
 * about as many characters as in the range.
 *
 * @param length characters of the range.
 * @param except a place to leave out: the range itself.
 */
export function similarPlaces(
  { texts, store }: PlacedTexts,
  cells: readonly (Detector & { readonly cell: number })[],
  length: number,
  { count = 12, except }: { readonly count?: number; readonly except?: { from: number; to: number } | undefined } = {},
): SimilarPlace[] {
  if (cells.length === 0) return [];
  const together = countOn(store, cells);
  const least = Math.ceil(leastShare * cells.length);
  const places: SimilarPlace[] = [];
  for (const [i, { text, start: offset }] of texts.entries()) {
    const end = offset + text.characters.length;
    for (let start = offset; start < end; start++) {
      if (together[start]! < least) continue;
      let stop = start;
      let on = 0;
      for (; stop < end && together[stop]! >= least; stop++) on += together[stop]!;
      const share = on / ((stop - start) * cells.length);
      const alike = (share * Math.min(length, stop - start)) / Math.max(length, stop - start);
      const isItself = except !== undefined && start < except.to && stop > except.from;
      if (!isItself) places.push({ text: i, start: start - offset, end: stop - offset, share, alike });
      start = stop;
    }
  }
  return places.sort((a, b) => b.alike - a.alike).slice(0, count);
}

/** [N]: how many of the cells are on at each character. */
function countOn(store: CellStore, cells: readonly (Detector & { readonly cell: number })[]): Uint8Array {
  const together = new Uint8Array(store.length);
  for (const { cell, ...detector } of cells) {
    const on = onAt(store.row(cell), detector);
    for (let t = 0; t < on.length; t++) together[t]! += on[t]!;
  }
  return together;
}

function onAt(row: Int8Array, detector: Detector): Uint8Array {
  return Uint8Array.from(row, (value) => Number(isOn(detector, value)));
}

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}
