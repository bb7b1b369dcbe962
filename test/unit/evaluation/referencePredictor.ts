import type { Prediction, Predictor } from '../../../src/model/completion/predictor';
import type { ModelConfiguration } from '../../../src/model/lstm/configuration';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { forward } from '../../../src/model/lstm/reference';
import { elementCount, type Weights, weightShapes } from '../../../src/model/lstm/weights';
import { Random } from '../../../src/model/random';

interface WeightedModel {
  readonly configuration: ModelConfiguration;
  readonly weights: Weights;
}

/** A model whose weights are draws from the standard normal distribution. */
export function randomModel(configuration: ModelConfiguration): WeightedModel {
  const random = Random.fromSeed(3);
  const weights: Weights = new Map();
  for (const [name, shape] of weightShapes(configuration)) {
    weights.set(name, { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.normal()) });
  }
  return { configuration, weights };
}

/** The reference implementation as a predictor. A state is its carried state. */
export class ReferencePredictor implements Predictor<Weights> {
  constructor(private readonly model: WeightedModel) {}

  get vocabularySize(): number {
    return this.model.configuration.vocabularySize;
  }

  async run(tokens: Int32Array, T: number, B: number, state?: Weights): Promise<Prediction<Weights>> {
    const { configuration, weights } = this.model;
    const { logits, hidden } = forward(
      configuration,
      weights,
      { inputs: tokens, carry: new Float32Array(B).fill(1) },
      state ?? zeroHidden(configuration, B),
      { batchSize: B, sequenceLength: T },
    );
    return { logits: Float32Array.from(logits), state: hidden };
  }

  select(state: Weights, rows: readonly number[]): Weights {
    return mapTensors(state, (data, H) => rows.map((row) => data.subarray(row * H, (row + 1) * H)));
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
