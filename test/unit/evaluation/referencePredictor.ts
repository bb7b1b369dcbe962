import type { Prediction, Predictor } from '../../../src/model/completion/predictor';
import type { ModelConfiguration } from '../../../src/model/lstm/configuration';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { forward } from '../../../src/model/lstm/reference';
import type { Weights } from '../../../src/model/lstm/weights';

/** The reference implementation as a predictor. A state is its carried state. */
export class ReferencePredictor implements Predictor<Weights> {
  constructor(
    private readonly configuration: ModelConfiguration,
    private readonly weights: Weights,
  ) {}

  get vocabularySize(): number {
    return this.configuration.vocabularySize;
  }

  async run(tokens: Int32Array, T: number, B: number, state?: Weights): Promise<Prediction<Weights>> {
    const { logits, hidden } = forward(
      this.configuration,
      this.weights,
      { inputs: tokens, carry: new Float32Array(B).fill(1) },
      state ?? zeroHidden(this.configuration, B),
      { batchSize: B, sequenceLength: T },
    );
    return { logits: Float32Array.from(logits), state: hidden };
  }

  select(state: Weights, rows: ArrayLike<number>): Weights {
    return mapTensors(state, (data, H) => Array.from(rows, (row) => data.subarray(row * H, (row + 1) * H)));
  }

  concatenate(states: readonly Weights[]): Weights {
    return mapTensors(states[0]!, (_, __, name) => states.map((state) => state.get(name)!.data));
  }
}

/** A state whose tensors are the given blocks of rows, one below the other. */
function mapTensors(state: Weights, blocks: (data: Float32Array, H: number, name: string) => Float32Array[]): Weights {
  const result: Weights = new Map();
  for (const [name, { shape, data }] of state) {
    const H = shape[1]!;
    const rows = Float32Array.from(blocks(data, H, name).flatMap((block) => Array.from(block)));
    result.set(name, { shape: [rows.length / H, H], data: rows });
  }
  return result;
}
