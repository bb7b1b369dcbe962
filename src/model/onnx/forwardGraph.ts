import { type CellType, type ModelConfiguration, stateNames } from '../lstm/configuration';
import { hiddenName } from '../lstm/hidden';
import { layerWeightName } from '../lstm/weights';
import { GraphBuilder, int, type Value } from './graphBuilder';
import { stateTensorNames, type WeightedModel } from './recurrentStep';
import { storeWeights } from './storedWeights';

export interface ForwardGraphOptions {
  /** Stores the matrices of the layers in 8 bits: a file of about a quarter of the size. */
  readonly quantize?: 'int8';
  /** Adds the input `lastSteps`, int64 [1]: only so many of the T steps are read out. */
  readonly selectsSteps?: boolean;
  /** Stored in the model's metadata_props. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The whole network in ONNX's own recurrent operators: what `model.onnx` is for other programs, and the fastest way to
 * read a single text.
 *
 * Inputs: `tokens` int64 [T, B], and the state before them, `layer0.h.in`, `layer0.c.in` (LSTM only), `layer1.h.in`, …:
 * float32 [B, H], zero at the start of a text.
 * Outputs: `logits` float32 [T, B, V], the scores of the character that follows each; and the state after the last
 * step, `layer0.h.out`, ….
 *
 * The weights are initializers: see {@link storeWeights}.
 */
export function buildForwardGraph(model: WeightedModel, options: ForwardGraphOptions = {}): Uint8Array {
  const { configuration } = model;
  const { vocabularySize: V, hiddenSize: H, numLayers } = configuration;
  const graph = new GraphBuilder();
  storeWeights(graph, model, options.quantize === 'int8');
  const depth = graph.constant(BigInt64Array.of(BigInt(V)), []);
  const offOn = graph.constant(Float32Array.of(0, 1));
  let x = graph.node('OneHot', [graph.input('tokens', 'int64', ['T', 'B']), depth, offOn]);
  for (const name of stateTensorNames(configuration)) graph.input(`${name}.in`, 'float32', ['B', H]);
  for (let layer = 0; layer < numLayers; layer++) x = appendLayer(graph, configuration, layer, x);
  if (options.selectsSteps === true) x = lastSteps(graph, x);
  const product = graph.node('MatMul', [x, 'output.weights']);
  graph.node('Add', [product, 'output.bias'], { output: 'logits' });
  graph.output('logits', 'float32', [options.selectsSteps === true ? 'S' : 'T', 'B', V]);
  for (const name of stateTensorNames(configuration)) graph.output(`${name}.out`, 'float32', ['B', H]);
  return graph.toModel(options.metadata);
}

/** Of x [T, B, H] the last `lastSteps` steps, which may be none. */
export function lastSteps(graph: GraphBuilder, x: Value): Value {
  const steps = graph.node('Shape', [x], { attributes: { start: int(0), end: int(1) } });
  const from = graph.node('Sub', [steps, graph.input('lastSteps', 'int64', [1])]);
  return graph.node('Slice', [x, from, steps, graph.ints(0)]);
}

const operators: Record<CellType, string> = { lstm: 'LSTM', gru: 'GRU', rnn: 'RNN' };

/** One layer over all steps: x [T, B, I] to [T, B, H]. Its states are inputs and outputs of the graph. */
export function appendLayer(
  graph: GraphBuilder,
  { cellType, hiddenSize: H }: ModelConfiguration,
  layer: number,
  x: Value,
): Value {
  const states = stateNames(cellType).map((state) => hiddenName(layer, state));
  const weights = (['inputWeights', 'recurrentWeights', 'bias'] as const).map((kind) => layerWeightName(layer, kind));
  // The operators have an axis for the direction, of which there is one.
  const before = states.map((name) => graph.node('Unsqueeze', [`${name}.in`, graph.ints(0)]));
  const allLengthsEqual = '';
  const inputs = [x, ...weights, allLengthsEqual, ...before];
  const attributes = { hidden_size: int(H), ...(cellType === 'gru' ? { linear_before_reset: int(0) } : {}) };
  const [outputs, ...after] = graph.nodeMany(operators[cellType], inputs, 1 + states.length, { attributes });
  for (const [i, name] of states.entries()) {
    graph.node('Squeeze', [after[i]!, graph.ints(0)], { output: `${name}.out` });
  }
  return graph.node('Squeeze', [outputs!, graph.ints(1)]);
}
