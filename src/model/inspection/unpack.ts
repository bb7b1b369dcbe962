import { toFloat32, toUint16 } from './bytes';
import type { TextReport } from './wire';

// What reads a report: an editor or a page. Nothing of Node or VS Code.

/** A text with what was expected in it, unpacked: N characters, K guesses at each. */
export interface UnpackedText {
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

export function unpackText({ text, guesses, probabilities, bits, ...rest }: TextReport): UnpackedText {
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
export function guessesAt(
  { guesses, probabilities, guessCount, vocabulary }: UnpackedText,
  character: number,
): Guess[] {
  return Array.from({ length: guessCount }, (_, k) => ({
    character: vocabulary[guesses[character * guessCount + k]!]!,
    probability: probabilities[character * guessCount + k]! / 65535,
  }));
}
