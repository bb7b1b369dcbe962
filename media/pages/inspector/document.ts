import type { TextReport } from '../../../src/model/inspection/wire';
import { toFloat32, toInt8, toUint16 } from './bytes';

/** The text that the page shows, unpacked: N characters, K guesses at each. */
export interface ShownText {
  readonly path: string | null;
  readonly isCut: boolean;
  /** [N] */
  readonly characters: readonly string[];
  readonly vocabulary: readonly string[];
  readonly guessCount: number;
  /** [N, K] */
  readonly guesses: Uint16Array;
  /** [N, K], in 65535ths. */
  readonly probabilities: Uint16Array;
  /** [N] */
  readonly bits: Float32Array;
  readonly bitsPerCharacter: number;
  readonly places: TextReport['places'];
}

export function unpackText({ text, guesses, probabilities, bits, ...rest }: TextReport): ShownText {
  return {
    ...rest,
    characters: [...text],
    guesses: toUint16(guesses),
    probabilities: toUint16(probabilities),
    bits: toFloat32(bits),
  };
}

export interface Guess {
  readonly character: string;
  readonly probability: number;
}

/** What was expected at a character, the likeliest first. */
export function guessesAt({ guesses, probabilities, guessCount, vocabulary }: ShownText, character: number): Guess[] {
  return Array.from({ length: guessCount }, (_, k) => ({
    character: vocabulary[guesses[character * guessCount + k]!]!,
    probability: probabilities[character * guessCount + k]! / 65535,
  }));
}

/** What all cells did at some characters: Int8 [cells, to − from]. */
export interface CellWindow {
  readonly from: number;
  readonly to: number;
  readonly values: Int8Array;
}

export function unpackWindow(from: number, to: number, values: string): CellWindow {
  return { from, to, values: toInt8(values) };
}
