import type { CellType } from '../lstm/configuration';
import type { Finding } from './findings';
import type { SelectedCell } from './selection';
import type { SurprisingPlace } from './surprisingPlaces';

// What is told of a text that a model has read: to the editor, to a page, in a file. Types alone, and plain ones: they
// go through JSON. N characters (code points) of the text, K guesses at each, H units in each of L layers.

/** Numbers as the base64 of their bytes, little-endian. */
export type Base64 = string;

/** What was expected at each character. */
export interface TextReport {
  readonly path: string | null;
  /** As it was read: with line feeds, N code points. */
  readonly text: string;
  /** Whether the document was longer. */
  readonly isCut: boolean;
  /** The character of each token. */
  readonly vocabulary: readonly string[];
  /** K */
  readonly guessCount: number;
  /** Uint16 [N, K]: tokens, the likeliest first. */
  readonly guesses: Base64;
  /** Uint16 [N, K]: their probabilities in 65535ths. */
  readonly probabilities: Base64;
  /** Float32 [N]: the surprise of each character, in bits. */
  readonly bits: Base64;
  readonly bitsPerCharacter: number;
  /** The most surprising places, the most surprising first. */
  readonly places: readonly SurprisingPlace[];
}

/** What is known of the cells. */
export interface CellsReport {
  readonly cellType: CellType;
  /** L */
  readonly numLayers: number;
  /** H */
  readonly hiddenSize: number;
  /** Of so many of the first characters the activations are known. */
  readonly characters: number;
  readonly saturation: readonly SaturationReport[];
}

/** See `GateSaturation`; Float32 [H] each. */
export interface SaturationReport {
  readonly layer: number;
  readonly gate: string;
  readonly left: Base64;
  readonly right: Base64;
}

export interface FindingsReport {
  /** Where cells were chosen and scored: files of the workspace, or the text alone. */
  readonly basis: 'workspace' | 'text';
  readonly files: number;
  readonly characters: number;
  readonly findings: readonly Finding[];
}

/** What a selected range has of its own. */
export interface SelectionReport {
  readonly cells: readonly SelectedCell[];
  /** Where the same cells are on; the most alike first. */
  readonly places: readonly PlaceReport[];
  /** What was searched besides the text: the beginnings of some files; null: nothing. */
  readonly searched: { readonly files: number; readonly characters: number } | null;
}

/** A place with the text around it. */
export interface PlaceReport {
  readonly path: string | null;
  /** From 0. */
  readonly line: number;
  /** The characters in the text. */
  readonly start: number;
  readonly end: number;
  readonly share: number;
  readonly before: string;
  readonly inside: string;
  readonly after: string;
}
