// What is found out about a sampled text. Types alone, so that a page of a webview can have them too.

/** A stretch of a text in UTF-16 units, as `String.slice` counts. */
export interface Stretch {
  readonly start: number;
  readonly length: number;
}

/** A stretch that stands in the training text, too. */
export interface Copy extends Stretch {
  /** The file that it stands in, or one of them; empty for a text without files. */
  readonly path: string;
}

/** What of a text is new, and how it is spelled. */
export interface SampleCheck {
  /** The longest stretch that was copied; null where none is long enough to be told from chance. */
  readonly longestCopy: Copy | null;
  /** The copied stretches that are long enough to be called copies, in order, without overlap. */
  readonly copies: readonly Copy[];
  /** The share of characters outside of {@link copies}. */
  readonly newShare: number;
  readonly words: number;
  /** The words that occur nowhere in the training text. */
  readonly unknownWords: readonly Stretch[];
}
