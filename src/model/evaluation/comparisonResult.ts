import type { Scores } from './scores';

// Types alone, so that a page of a webview can have them too.

/**
 * A network beside n-gram models of the same text, as Goldberg put them beside each other in his reply to Karpathy's
 * essay: "The unreasonable effectiveness of Character-level Language Models (and why RNNs are still cool)" (2015).
 */
export interface Comparison {
  readonly network: Scores;
  readonly ngrams: readonly OrderScores[];
  /** What they write; `order` is the one that predicts best. Beginnings of held-out files are what to be measured by. */
  readonly writing: {
    readonly network: Writing;
    readonly ngram: Writing & { readonly order: number };
    readonly heldOut: Writing;
    /** Characters of a run from which on it counts as a copy: more where the training text is very long. */
    readonly copyLength: number;
  };
}

/** A {@link Comparison} of a model that has gone on learning since, perhaps. */
export interface ModelComparison extends Comparison {
  /** Steps that the model had been trained for; null if that is not known. */
  readonly step: number | null;
}

export interface OrderScores extends Scores {
  readonly order: number;
}

/** How a model writes, told from samples; each share is null where there was nothing to tell it from. */
export interface Writing {
  readonly characters: number;
  /** Of the closing brackets, those that close what was opened last. */
  readonly brackets: number | null;
  /** Of the lines, those that are indented as the lines before them ask. */
  readonly indentation: number | null;
  /** Of the words, those that the training text has, too. */
  readonly knownWords: number | null;
  /** Of the characters, those that are in no run of `copyLength` or more that stands in the training text. */
  readonly newShare: number | null;
  /** Characters of the longest run that stands in the training text. */
  readonly longestCopy: number;
}
