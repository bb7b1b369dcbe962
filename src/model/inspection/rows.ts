// What a reader tells of characters that it has read. Types alone: pages of webviews import this file, too.

/** What was guessed for n characters before they were read. */
export interface PredictionRows {
  /** Where in the text the first of them stands. */
  readonly start: number;
  /** [n, K]: the likeliest characters, the likeliest first. */
  readonly guesses: Int32Array;
  /** [n, K]: their probabilities. */
  readonly probabilities: Float32Array;
  /** [n]: −log2 of the probability of the character that came. */
  readonly bits: Float32Array;
}

/** What one layer did while it read n characters: the state behind each. */
export interface LayerRows {
  /** [n, H]: tanh(c) of an LSTM, h of the other cells: what a cell is looked at by, between −1 and 1. */
  readonly cells: Float32Array;
  /** [n, G·H]: the gates of `gateNames`, side by side. */
  readonly gates: Float32Array;
}

export interface ActivationRows {
  /** Where in the text the first of the n characters stands. */
  readonly start: number;
  readonly length: number;
  readonly layers: readonly LayerRows[];
}
