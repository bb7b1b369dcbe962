import { themeColor } from '../shared/theme';

// The colours of numbers, over the background of the editor, so that the text on them stays readable.

/** Of the strongest shade, so that text can be read on it. */
const strongest = 0.6;
/** A character with so many bits or more is as surprising as can be. */
export const mostBits = 10;

export interface Palette {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly focus: string;
  readonly selection: string;
  /** Of a cell at −1 and at 1, of a guess and of a surprise. */
  readonly low: string;
  readonly high: string;
  readonly guess: string;
  readonly hit: string;
  readonly surprise: string;
}

/** The colours of the theme at this moment. */
export function readPalette(): Palette {
  return {
    foreground: themeColor('editor-foreground'),
    muted: themeColor('descriptionForeground'),
    background: themeColor('editor-background'),
    focus: themeColor('focusBorder'),
    selection: themeColor('editor-selectionBackground', 'focusBorder'),
    low: themeColor('charts-blue'),
    high: themeColor('charts-green'),
    guess: themeColor('charts-red'),
    hit: themeColor('charts-green'),
    surprise: themeColor('charts-orange'),
  };
}

/** How strongly a shade covers what is under it. */
export interface Shade {
  readonly color: keyof Palette;
  /** From 0 to 1. */
  readonly alpha: number;
}

/** Of a cell's activation, in 127ths: from blue at −1 over nothing to green at 1, as in Karpathy's essay. */
export function activationShade(value: number): Shade {
  return { color: value < 0 ? 'low' : 'high', alpha: (Math.min(127, Math.abs(value)) / 127) * strongest };
}

/** Of the probability of a guess. */
export function guessShade(probability: number): Shade {
  return { color: 'guess', alpha: probability * strongest };
}

/** Of the surprise of a character: nothing below a bit. */
export function surpriseShade(bits: number): Shade {
  const share = Math.min(1, Math.max(0, (bits - 1) / (mostBits - 1)));
  return { color: 'surprise', alpha: share * strongest };
}
