import type { Prediction, Predictor } from '../completion/predictor';
import type { NgramContext, NgramModel } from './ngram';

/** An n-gram model that is asked like the recurrent network. */
export class NgramPredictor implements Predictor<readonly NgramContext[]> {
  constructor(private readonly model: NgramModel) {}

  get vocabularySize(): number {
    return this.model.vocabularySize;
  }

  async run(
    tokens: Int32Array,
    T: number,
    B: number,
    state?: readonly NgramContext[],
  ): Promise<Prediction<readonly NgramContext[]>> {
    const V = this.vocabularySize;
    const logits = new Float32Array(T * B * V);
    const probabilities = new Float64Array(V);
    const contexts = Array.from({ length: B }, (_, b) => (state ? copyContext(state[b]!) : this.model.start()));
    for (let row = 0; row < T * B; row++) {
      const context = contexts[row % B]!;
      this.model.advance(context, tokens[row]!);
      this.model.predict(context, probabilities);
      for (let c = 0; c < V; c++) logits[row * V + c] = Math.log(probabilities[c]!);
    }
    return { logits, state: contexts };
  }

  select(state: readonly NgramContext[], rows: readonly number[]): readonly NgramContext[] {
    return rows.map((row) => state[row]!);
  }

  concatenate(states: readonly (readonly NgramContext[])[]): readonly NgramContext[] {
    return states.flat();
  }
}

function copyContext({ depth, low, high }: NgramContext): NgramContext {
  return { depth, low: low.slice(), high: high.slice() };
}
