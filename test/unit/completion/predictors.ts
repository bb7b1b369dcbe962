import type { Prediction, Predictor } from '../../../src/model/completion/predictor';

/** What was read of each text. */
type Histories = readonly (readonly number[])[];

/** A model given as a function from what was read so far to the scores of what follows. */
export class FunctionPredictor implements Predictor<Histories> {
  /** [T, B] of every call of run. */
  readonly calls: [number, number][] = [];

  constructor(
    readonly vocabularySize: number,
    private readonly scores: (history: readonly number[]) => readonly number[],
  ) {}

  async run(tokens: Int32Array, T: number, B: number, state?: Histories): Promise<Prediction<Histories>> {
    if (tokens.length !== T * B || (state && state.length !== B)) throw new RangeError('rows and state differ');
    this.calls.push([T, B]);
    const V = this.vocabularySize;
    const histories = Array.from({ length: B }, (_, b) => [...(state?.[b] ?? [])]);
    const logits = new Float32Array(T * B * V);
    for (let row = 0; row < T * B; row++) {
      const history = histories[row % B]!;
      history.push(tokens[row]!);
      logits.set(this.scores(history), row * V);
    }
    return { logits, state: histories };
  }

  select(state: Histories, rows: readonly number[]): Histories {
    return rows.map((row) => state[row]!);
  }

  concatenate(states: readonly Histories[]): Histories {
    return states.flat();
  }
}

/** Gives every character the same chance. */
export function clueless(vocabularySize: number): FunctionPredictor {
  return new FunctionPredictor(vocabularySize, () => new Array<number>(vocabularySize).fill(0.25));
}

/** Knows documents by heart: gives the character that follows probability `p`, and the others the rest alike. */
export function byHeart(
  vocabularySize: number,
  documents: readonly (readonly number[])[],
  p = 0.99,
): FunctionPredictor {
  return new FunctionPredictor(vocabularySize, (history) => {
    const document = documents.find((tokens) => history.every((token, i) => token === tokens[i]));
    const next = document?.[history.length];
    const rest = (1 - p) / (vocabularySize - 1);
    return Array.from({ length: vocabularySize }, (_, token) => Math.log(token === next ? p : rest));
  });
}

/** Scores that depend on the last three characters in a wild but fixed way; `sharpness` makes it sure of itself. */
export function whimsical(vocabularySize: number, sharpness = 1): FunctionPredictor {
  return new FunctionPredictor(vocabularySize, (history) =>
    Array.from({ length: vocabularySize }, (_, token) => {
      const hash = [...history.slice(-3), token].reduce((sum, x) => Math.imul(sum ^ (x + 1), 0x01000193), 0x811c9dc5);
      const uniform = ((Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 8) + 0.5) / 2 ** 24;
      return -sharpness * Math.log(-Math.log(uniform));
    }),
  );
}
