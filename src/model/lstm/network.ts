import type { Cell, CellState, CellStep, LayerWeights } from './cells/cell';
import { gru } from './cells/gru';
import { lstm } from './cells/lstm';
import { rnn } from './cells/rnn';
import { type CellType, gateCount, type ModelConfiguration } from './configuration';
import {
  addOuterProduct,
  addProduct,
  addVector,
  type Matrix,
  matrix,
  type Numbers,
  productWithTranspose,
  type Vector,
} from './linearAlgebra';
import { layerWeightName } from './weights';

// The whole network at one time step of one stream, forward and backward, in vectors. From the bottom up:
//
//     x_0 = one-hot character
//     h_l = cell_l(x_l, h_l of the step before)
//     x_{l+1} = mask_l ∘ h_l
//     logits = x_L·W + b

const cells: Record<CellType, Cell> = { lstm, gru, rnn };

/** The weights of all layers, or the gradients of them. */
export interface Network {
  readonly cell: Cell;
  readonly layers: readonly LayerWeights[];
  /** [H, V] */
  readonly outputWeights: Matrix;
  /** [V] */
  readonly outputBias: Numbers;
}

/** All layers at one time step of one stream, remembering what the backward pass needs. */
export interface NetworkStep {
  readonly layers: readonly CellStep[];
  readonly masks: DropoutMasks;
  /** [H]: x_L, what the output layer sees. */
  readonly top: Vector;
  /** [V]: the scores of the next character, before the softmax. */
  readonly logits: Vector;
}

/**
 * Dropout between the layers and before the output, but not from step to step (Zaremba, Sutskever and Vinyals, 2014):
 * mask l [H] multiplies what layer l hands up, with 0 or with 1 / keepProbability. Undefined is no dropout.
 */
export type DropoutMasks = readonly (Float32Array | undefined)[];

/** The named arrays of `weightShapes` as matrices that share their elements. */
export function networkOf(configuration: ModelConfiguration, arrays: ReadonlyMap<string, { data: Numbers }>): Network {
  const { cellType, vocabularySize: V, hiddenSize: H, numLayers } = configuration;
  const GH = gateCount(cellType) * H;
  const get = (name: string) => arrays.get(name)!.data;
  const layers = Array.from({ length: numLayers }, (_, layer) => ({
    inputWeights: matrix(get(layerWeightName(layer, 'inputWeights')), layer === 0 ? V : H, GH),
    recurrentWeights: matrix(get(layerWeightName(layer, 'recurrentWeights')), H, GH),
    bias: get(layerWeightName(layer, 'bias')),
  }));
  return {
    cell: cells[cellType],
    layers,
    outputWeights: matrix(get('output.weights'), H, V),
    outputBias: get('output.bias'),
  };
}

/** Reads one character. `states[layer]` is what the step before left behind. */
export function stepForward(
  network: Network,
  character: number,
  states: readonly CellState[],
  masks: DropoutMasks,
): NetworkStep {
  let x = oneHot(character, network.outputBias.length);
  const layers = network.layers.map((weights, layer) => {
    const step = network.cell(weights, x, states[layer]!);
    x = masked(step.state.h, masks[layer]);
    return step;
  });
  const logits = Float64Array.from(network.outputBias);
  addProduct(logits, x, network.outputWeights);
  return { layers, masks, top: x, logits };
}

/**
 * Adds this step's part to the gradients of the weights, given the gradient of the loss by the logits [V] of this step
 * and by the states that it left behind.
 *
 * @returns the gradients by the states before it.
 */
export function stepBackward(
  network: Network,
  gradients: Network,
  step: NetworkStep,
  dLogits: Vector,
  dStates: readonly CellState[],
): CellState[] {
  addOuterProduct(gradients.outputWeights, step.top, dLogits);
  addVector(gradients.outputBias, dLogits);
  let dAbove = productWithTranspose(dLogits, network.outputWeights);
  const dPrevious = [...dStates];
  for (let layer = network.layers.length - 1; layer >= 0; layer--) {
    const { h, c } = dStates[layer]!;
    const dh = masked(dAbove, step.masks[layer]);
    addVector(dh, h);
    const back = step.layers[layer]!.backward({ h: dh, c }, gradients.layers[layer]!);
    dPrevious[layer] = back.dPrevious;
    dAbove = back.dx;
  }
  return dPrevious;
}

/**
 * The cross-entropy −ln softmax(logits)[target] in nats, and its gradient by the logits, softmax(logits) − onehot. The
 * largest logit is taken off first, so that no exponential overflows.
 */
export function crossEntropy(logits: Vector, target: number): { nats: number; dLogits: Vector } {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  const dLogits = logits.map((logit) => Math.exp(logit - largest) / sum);
  dLogits[target]! -= 1;
  return { nats: largest + Math.log(sum) - logits[target]!, dLogits };
}

function oneHot(character: number, vocabularySize: number): Vector {
  if (!(character >= 0 && character < vocabularySize)) {
    throw new RangeError(`character ${character} is outside the vocabulary of ${vocabularySize}`);
  }
  const x = new Float64Array(vocabularySize);
  x[character] = 1;
  return x;
}

function masked(x: Vector, mask: Float32Array | undefined): Vector {
  return x.map((value, j) => value * (mask === undefined ? 1 : mask[j]!));
}
