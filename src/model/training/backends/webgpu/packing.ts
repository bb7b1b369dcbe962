import { type ModelConfiguration, stateNames } from '../../../lstm/configuration';
import { hiddenName } from '../../../lstm/hidden';
import { layerWeightName, type Tensor, type Weights, zerosLike } from '../../../lstm/weights';

/** The least multiple of `unit` that is at least `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/**
 * How the weights of an LSTM lie in GPU memory: one array of vec4f, all offsets in vec4s.
 *
 *     recurrent of each layer     [H, H]      vec4 = (i, o, f, g) of a unit
 *     input of layers 1 and up    [H + 1, H]  the last row is the bias
 *     input of layer 0            [V + 1, H]  the last row is the bias
 *     output                      [H + 1, V / 4], vec4 = four neighbouring characters; the last row is the bias
 *
 * H is rounded up to what the tiles divide and V to a multiple of 4; all that is added is 0 and stays 0: a unit whose
 * weights are all 0 is always 0 and has gradients of 0. A bias as a further row of its weights gets its gradient, a sum
 * of columns, from the product that computes theirs.
 */
export class Packing {
  /** H and V, rounded up. */
  readonly units: number;
  readonly characters: number;
  readonly outputOffset: number;
  /** vec4s in all. */
  readonly length: number;

  /** @param unitMultiple a multiple of 4. */
  constructor(
    readonly model: ModelConfiguration,
    unitMultiple: number,
  ) {
    const { hiddenSize, vocabularySize, numLayers } = model;
    this.units = roundUp(hiddenSize, unitMultiple);
    this.characters = roundUp(vocabularySize, 4);
    this.outputOffset = this.inputOffset(0) + (this.characters + 1) * this.units;
    this.length = this.recurrentOffset(numLayers) + this.inputLength(numLayers) + this.outputLength;
  }

  recurrentOffset(layer: number): number {
    return layer * this.units ** 2;
  }

  inputOffset(layer: number): number {
    const upper = layer === 0 ? this.model.numLayers - 1 : layer - 1;
    return this.recurrentOffset(this.model.numLayers) + upper * (this.units + 1) * this.units;
  }

  /** Rows of a layer's input weights without the bias: what it reads. */
  inputRows(layer: number): number {
    return layer === 0 ? this.characters : this.units;
  }

  biasOffset(layer: number): number {
    return this.inputOffset(layer) + this.inputRows(layer) * this.units;
  }

  get outputBiasOffset(): number {
    return this.outputOffset + (this.units * this.characters) / 4;
  }

  get outputLength(): number {
    return ((this.units + 1) * this.characters) / 4;
  }

  /** Copies named tensors into the packed array. */
  pack(weights: Weights, prefix = ''): Float32Array {
    const packed = new Float32Array(4 * this.length);
    for (const { name, start, count, position, step } of this.runs()) {
      const { data } = weights.get(prefix + name)!;
      for (let i = 0; i < count; i++) packed[position + i * step] = data[start + i]!;
    }
    return packed;
  }

  /** Copies the packed array into named tensors that the caller owns. */
  unpack(packed: Float32Array, prefix = ''): [string, Tensor][] {
    const tensors = zerosLike(this.model);
    for (const { name, start, count, position, step } of this.runs()) {
      const { data } = tensors.get(name)!;
      for (let i = 0; i < count; i++) data[start + i] = packed[position + i * step]!;
    }
    return [...tensors].map(([name, tensor]) => [prefix + name, tensor]);
  }

  /** Copies the carried state of `streams` streams from `first` on into [2, L, B, H], h before c. */
  packState(hidden: Weights, first: number, streams: number): Float32Array {
    const packed = new Float32Array(2 * this.model.numLayers * streams * this.units);
    this.forEachRowOfState(hidden, first, streams, (row, position) => packed.set(row, position));
    return packed;
  }

  /** The way back of {@link packState}, into tensors that are there. */
  unpackState(packed: Float32Array, hidden: Weights, first: number, streams: number): void {
    this.forEachRowOfState(hidden, first, streams, (row, position) =>
      row.set(packed.subarray(position, position + row.length)),
    );
  }

  private inputLength(layers: number): number {
    return (layers - 1) * (this.units + 1) * this.units + (this.characters + 1) * this.units;
  }

  private *runs(): Generator<Run> {
    const { hiddenSize: H, vocabularySize: V, numLayers } = this.model;
    for (let layer = 0; layer < numLayers; layer++) {
      const inputRows = layer === 0 ? V : H;
      yield* this.gateRuns(layerWeightName(layer, 'inputWeights'), inputRows, this.inputOffset(layer));
      yield* this.gateRuns(layerWeightName(layer, 'recurrentWeights'), H, this.recurrentOffset(layer));
      yield* this.gateRuns(layerWeightName(layer, 'bias'), 1, this.biasOffset(layer));
    }
    for (let row = 0; row < H; row++) {
      const position = 4 * this.outputOffset + row * this.characters;
      yield { name: 'output.weights', start: row * V, count: V, position, step: 1 };
    }
    yield { name: 'output.bias', start: 0, count: V, position: 4 * this.outputBiasOffset, step: 1 };
  }

  /** A named tensor of `rows` rows has the gates as four blocks of H columns; here they are four parts of a vec4. */
  private *gateRuns(name: string, rows: number, offset: number): Generator<Run> {
    const { hiddenSize: H } = this.model;
    for (let row = 0; row < rows; row++) {
      for (let gate = 0; gate < 4; gate++) {
        const position = 4 * (offset + row * this.units) + gate;
        yield { name, start: (row * 4 + gate) * H, count: H, position, step: 4 };
      }
    }
  }

  private forEachRowOfState(
    hidden: Weights,
    first: number,
    streams: number,
    visit: (row: Float32Array, position: number) => void,
  ): void {
    const { hiddenSize: H, numLayers } = this.model;
    for (const [index, state] of stateNames('lstm').entries()) {
      for (let layer = 0; layer < numLayers; layer++) {
        const { data } = hidden.get(hiddenName(layer, state))!;
        for (let stream = 0; stream < streams && (first + stream) * H < data.length; stream++) {
          const row = data.subarray((first + stream) * H, (first + stream + 1) * H);
          visit(row, ((index * numLayers + layer) * streams + stream) * this.units);
        }
      }
    }
  }
}

/** Elements that follow each other in a named tensor and lie `step` apart in the packed array. */
interface Run {
  readonly name: string;
  readonly start: number;
  readonly count: number;
  readonly position: number;
  readonly step: number;
}
