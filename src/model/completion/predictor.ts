/** What a predictor returns for T characters of B texts. */
export interface Prediction<State> {
  /** [T, B, V], row-major: scores of the character after each, up to a constant the logarithm of its probability. */
  readonly logits: Float32Array;
  /** Where the B texts stand after their last character. */
  readonly state: State;
}

/**
 * A model that reads characters and scores the next one, seen from the outside: the recurrent network and the n-gram
 * model alike. A state stands for B texts and is never changed once it was handed out, so it can be kept and gone on
 * from more than once.
 */
export interface Predictor<State> {
  /** V */
  readonly vocabularySize: number;
  /** Reads `tokens` [T, B], row-major, from `state`, or from the start of a document. */
  run(tokens: Int32Array, T: number, B: number, state?: State): Promise<Prediction<State>>;
  /** The state of the given texts alone, in the given order. */
  select(state: State, rows: readonly number[]): State;
  /** One state for the texts of all, at least one, one after the other. */
  concatenate(states: readonly State[]): State;
}
