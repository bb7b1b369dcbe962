import type { Vocabulary } from '../corpus/vocabulary';

/** How far a text is continued. */
export interface ContinuationLimits {
  /** Characters at most. */
  readonly most: number;
  /** It ends with the character at which the probability of all together falls below this. */
  readonly leastProbability: number;
  /** [V]: 1 for the characters that end it. */
  readonly ends: Uint8Array;
  /** 0 takes the likeliest characters; above, they are drawn. */
  readonly temperature: number;
  /** For the draws. */
  readonly seed: number;
}

/** What a model makes of a text. */
export interface Continuation {
  /** [N], the one that ended it included. */
  readonly tokens: Int32Array;
  /** [N]: the natural logarithm of the probability of each given those before, at temperature 1. */
  readonly logProbabilities: Float32Array;
  /** [N, V]: the same of all characters at each place. */
  readonly distribution: Float32Array;
}

/**
 * A model as completion needs it. A state stands for a text that was read, is never changed once it was handed out,
 * and can be gone on from more than once.
 */
export interface CompletionModel<State> {
  readonly vocabulary: Vocabulary;
  /** Reads `tokens`, at least one, from `state` or from nothing. */
  read(tokens: Int32Array, state: State | undefined): Promise<State>;
  /** Continues the text of `state` and the character `last` after it. */
  continue(last: number, state: State | undefined, limits: ContinuationLimits): Promise<Continuation>;
}
