import type { Batch } from '../training/backend';
import type { CellState } from './cells/cell';
import { type ModelConfiguration, stateNames } from './configuration';
import { hiddenName, zeroHidden } from './hidden';
import { crossEntropy, type NetworkStep, networkOf, stepBackward, stepForward } from './network';
import { type Weights, zerosLike } from './weights';

// Batches of streams through the network of network.ts: one stream after the other, one time step after the other,
// slow and plain. Every training backend is tested against it.

export interface SequenceOptions {
  /** B */
  readonly batchSize: number;
  /** T */
  readonly sequenceLength: number;
  /** For each layer [T, B, H], row-major: see `DropoutMasks`. Left out: no dropout. */
  readonly dropoutMasks?: readonly Float32Array[];
}

export interface ForwardResult {
  /** [T, B, V], row-major: the scores of the next character, before the softmax. */
  readonly logits: Float64Array;
  /** The state after the last step: see `zeroHidden`. */
  readonly hidden: Weights;
}

export interface ForwardBackwardResult extends ForwardResult {
  /** Mean cross-entropy per character, in nats. */
  readonly loss: number;
  /** The gradient of the loss by every weight. */
  readonly gradients: Weights;
}

/**
 * Reads T characters of B streams.
 *
 * @param hidden where the streams stand; a stream with `carry` 0 starts from zero instead.
 */
export function forward(
  configuration: ModelConfiguration,
  weights: Weights,
  batch: Pick<Batch, 'inputs' | 'carry'>,
  hidden: Weights,
  options: SequenceOptions,
): ForwardResult {
  const result = emptyResult(configuration, options);
  for (let stream = 0; stream < options.batchSize; stream++) {
    storeStream(result, readStream(configuration, weights, batch, hidden, options, stream), options, stream);
  }
  return result;
}

/**
 * {@link forward}, then truncated backpropagation through time: the gradient of the mean loss over all T·B characters,
 * taking the state that came in for a constant.
 */
export function forwardBackward(
  configuration: ModelConfiguration,
  weights: Weights,
  batch: Batch,
  hidden: Weights,
  options: SequenceOptions,
): ForwardBackwardResult {
  const { batchSize: B, sequenceLength: T } = options;
  const network = networkOf(configuration, weights);
  const sums = new Map([...weights].map(([name, { data }]) => [name, { data: new Float64Array(data.length) }]));
  const gradients = networkOf(configuration, sums);
  const result = emptyResult(configuration, options);
  let loss = 0;
  for (let stream = 0; stream < B; stream++) {
    const steps = readStream(configuration, weights, batch, hidden, options, stream);
    storeStream(result, steps, options, stream);
    let dStates = steps[T - 1]!.layers.map(({ state }) => zeroState(state));
    for (let t = T - 1; t >= 0; t--) {
      const { nats, dLogits } = crossEntropy(steps[t]!.logits, batch.targets[t * B + stream]!);
      loss += nats / (B * T);
      const share = dLogits.map((d) => d / (B * T));
      dStates = stepBackward(network, gradients, steps[t]!, share, dStates);
    }
  }
  return { ...result, loss, gradients: toFloat32(configuration, sums) };
}

/** Runs one stream through its T characters. */
function readStream(
  configuration: ModelConfiguration,
  weights: Weights,
  { inputs, carry }: Pick<Batch, 'inputs' | 'carry'>,
  hidden: Weights,
  { batchSize: B, sequenceLength: T, dropoutMasks = [] }: SequenceOptions,
  stream: number,
): NetworkStep[] {
  const H = configuration.hiddenSize;
  const network = networkOf(configuration, weights);
  let states = loadStates(configuration, hidden, stream, carry[stream]!);
  const steps: NetworkStep[] = [];
  for (let t = 0; t < T; t++) {
    const position = t * B + stream;
    const masks = dropoutMasks.map((mask) => mask.subarray(position * H, (position + 1) * H));
    const step = stepForward(network, inputs[position]!, states, masks);
    states = step.layers.map(({ state }) => state);
    steps.push(step);
  }
  return steps;
}

/** The state of one stream in each layer, or zero if it isn't carried on. */
function loadStates(configuration: ModelConfiguration, hidden: Weights, stream: number, carry: number): CellState[] {
  const { cellType, hiddenSize: H, numLayers } = configuration;
  return Array.from({ length: numLayers }, (_, layer) => {
    const state = { h: new Float64Array(0), c: new Float64Array(0) };
    for (const name of stateNames(cellType)) {
      const rows = hidden.get(hiddenName(layer, name))!.data;
      state[name] = Float64Array.from(rows.subarray(stream * H, (stream + 1) * H), (value) => value * carry);
    }
    return state;
  });
}

function zeroState({ h, c }: CellState): CellState {
  return { h: new Float64Array(h.length), c: new Float64Array(c.length) };
}

function emptyResult(configuration: ModelConfiguration, { batchSize, sequenceLength }: SequenceOptions): ForwardResult {
  const logits = new Float64Array(sequenceLength * batchSize * configuration.vocabularySize);
  return { logits, hidden: zeroHidden(configuration, batchSize) };
}

/** Puts what one stream gave into its place in the result of all. */
function storeStream(
  { logits, hidden }: ForwardResult,
  steps: readonly NetworkStep[],
  { batchSize: B }: SequenceOptions,
  stream: number,
): void {
  for (const [t, step] of steps.entries()) logits.set(step.logits, (t * B + stream) * step.logits.length);
  for (const [layer, { state }] of steps.at(-1)!.layers.entries()) {
    hidden.get(hiddenName(layer, 'h'))!.data.set(state.h, stream * state.h.length);
    hidden.get(hiddenName(layer, 'c'))?.data.set(state.c, stream * state.c.length);
  }
}

function toFloat32(configuration: ModelConfiguration, sums: ReadonlyMap<string, { data: Float64Array }>): Weights {
  const gradients = zerosLike(configuration);
  for (const [name, { data }] of gradients) data.set(sums.get(name)!.data);
  return gradients;
}
