import { setImmediate } from 'node:timers/promises';
import { bestDetectors } from './bestDetectors';
import { correlation, histogramOf, scoreDetector } from './cellScores';
import type { CellStore } from './cellStore';
import type { Finding, FoundDetector, FoundGauge } from './findings';
import type { InspectedTexts, PlacedText } from './inspection';
import { binaryProperties, type Labels, labelText, numericProperties } from './properties/properties';

export interface FindOptions {
  /** Cells to name for each property; by default 5. */
  readonly count?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Characters that are chosen on or scored on in one piece: long enough that a piece says little of the next one. */
const blockLength = 1500;
/** Places and characters that a property needs in each part for a score to mean something. */
const leastPlaces = 3;
const leastCharacters = 20;
/** Characters of each part that a correlation rests on: numbers change little from one character to the next. */
const leastNumbers = 200;

/**
 * For each property the cells that tell it best. Cells and thresholds are chosen on one half of the text and scored on
 * the other: blocks of lines take turns. With hundreds of cells to choose from, the best would look good by chance
 * alone on the text that it was chosen on.
 */
export async function findCells({ texts, store }: InspectedTexts, options: FindOptions = {}): Promise<Finding[]> {
  const { count = 5, signal } = options;
  const parts = splitText(texts, store.length);
  const labels = texts.map(({ text }) => labelText(text.characters, text.path));
  const findings: Finding[] = [];
  for (const property of binaryProperties) {
    signal?.throwIfAborted();
    await setImmediate();
    const holds = joined(texts, labels, new Uint8Array(store.length), ({ binary }) => binary[property]);
    findings.push({ kind: 'binary', property, ...countPlaces(holds), cells: detectors(store, holds, parts, count) });
  }
  for (const property of numericProperties) {
    signal?.throwIfAborted();
    await setImmediate();
    const values = joined(texts, labels, new Float32Array(store.length), ({ numeric }) => numeric[property]);
    findings.push({ kind: 'numeric', property, cells: gauges(store, values, parts, count) });
  }
  return findings;
}

/** [N]: 0 for characters to choose on, 1 for those to score on. */
function splitText(texts: readonly PlacedText[], length: number): Uint8Array {
  const parts = new Uint8Array(length);
  let part = 0;
  let left = blockLength;
  for (const { text, start } of texts) {
    for (const [t, character] of text.characters.entries()) {
      parts[start + t] = part;
      left--;
      if (left > 0 || character !== '\n') continue;
      part = 1 - part;
      left = blockLength;
    }
  }
  return parts;
}

/** The labels of all texts, one behind the other. */
function joined<T extends Uint8Array | Float32Array>(
  texts: readonly PlacedText[],
  labels: readonly Labels[],
  into: T,
  pick: (labels: Labels) => T,
): T {
  for (const [i, { start }] of texts.entries()) into.set(pick(labels[i]!), start);
  return into;
}

function countPlaces(holds: Uint8Array, parts?: Uint8Array, part?: number): { characters: number; places: number } {
  let characters = 0;
  let places = 0;
  for (let t = 0; t < holds.length; t++) {
    if (holds[t] === 0 || (parts !== undefined && parts[t] !== part)) continue;
    characters++;
    if (t === 0 || holds[t - 1] === 0) places++;
  }
  return { characters, places };
}

function detectors(store: CellStore, holds: Uint8Array, parts: Uint8Array, count: number): FoundDetector[] {
  for (const part of [0, 1]) {
    const { characters, places } = countPlaces(holds, parts, part);
    const others = parts.reduce((sum, own) => sum + Number(own === part), 0) - characters;
    if (places < leastPlaces || characters < leastCharacters || others < leastCharacters) return [];
  }
  const classes = holds.map((label, t) => 2 * parts[t]! + label);
  return bestDetectors(store, classes, count).map(({ cell, accuracy: _, ...detector }) => {
    return { cell, ...detector, ...scoreDetector(histogramOf(store.row(cell), classes), detector) };
  });
}

function gauges(store: CellStore, values: Float32Array, parts: Uint8Array, count: number): FoundGauge[] {
  for (const part of [0, 1]) {
    const own = values.filter((_, t) => parts[t] === part);
    if (own.length < leastNumbers || own.every((value) => value === own[0])) return [];
  }
  return Array.from({ length: store.cells }, (_, cell) => ({
    cell,
    chosen: correlation(store.row(cell), values, parts, 0),
  }))
    .sort((a, b) => Math.abs(b.chosen) - Math.abs(a.chosen) || a.cell - b.cell)
    .slice(0, count)
    .map(({ cell }) => ({ cell, correlation: correlation(store.row(cell), values, parts, 1) }));
}
