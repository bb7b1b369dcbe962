import { type CellType, type ModelConfiguration, stateNames } from '../lstm/configuration';
import { hiddenName } from '../lstm/hidden';
import { layerWeightName } from '../lstm/weights';
import { GraphBuilder, int, type NodeOptions, type Value } from './graphBuilder';
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
  let x = oneHot(graph, graph.input('tokens', 'int64', ['T', 'B']), V);
  for (const name of stateTensorNames(configuration)) graph.input(`${name}.in`, 'float32', ['B', H]);
  for (let layer = 0; layer < numLayers; layer++) x = appendLayer(graph, configuration, layer, x);
  if (options.selectsSteps === true) x = lastSteps(graph, x);
  const product = graph.node('MatMul', [x, 'output.weights']);
  graph.node('Add', [product, 'output.bias'], { output: 'logits' });
  graph.output('logits', 'float32', [options.selectsSteps === true ? 'S' : 'T', 'B', V]);
  for (const name of stateTensorNames(configuration)) graph.output(`${name}.out`, 'float32', ['B', H]);
  return graph.toModel(options.metadata);
}

/** Tokens [T, B] as rows [T, B, V] of zeros and a one. */
export function oneHot(graph: GraphBuilder, tokens: Value, V: number): Value {
  const depth = graph.constant(BigInt64Array.of(BigInt(V)), []);
  return graph.node('OneHot', [tokens, depth, graph.constant(Float32Array.of(0, 1))]);
}

/** Of x [T, B, H] the last `lastSteps` steps, which may be none. */
export function lastSteps(graph: GraphBuilder, x: Value): Value {
  const steps = graph.node('Shape', [x], { attributes: { start: int(0), end: int(1) } });
  const from = graph.node('Sub', [steps, graph.input('lastSteps', 'int64', [1])]);
  return graph.node('Slice', [x, from, steps, graph.ints(0)]);
}

const operators: Record<CellType, string> = { lstm: 'LSTM', gru: 'GRU', rnn: 'RNN' };

/** One layer over all steps: x [T, B, I] to [T, B, H]. Its states are inputs and outputs of the graph. */
export function appendLayer(graph: GraphBuilder, configuration: ModelConfiguration, layer: number, x: Value): Value {
  const { cellType } = configuration;
  const weights = (['inputWeights', 'recurrentWeights', 'bias'] as const).map((kind) => layerWeightName(layer, kind));
  const attributes = cellType === 'gru' ? { linear_before_reset: int(0) } : {};
  return appendRecurrence(graph, configuration, layer, {
    name: operators[cellType],
    inputs: [x, ...weights],
    attributes,
  });
}

/** A recurrent operator of ONNX, or of ONNX Runtime with the same arguments and more behind them. */
interface RecurrentOperator extends Pick<NodeOptions, 'domain' | 'attributes'> {
  readonly name: string;
  /** What is read [T, B, I], W, R and B. */
  readonly inputs: readonly Value[];
  /** What follows the states. */
  readonly more?: readonly Value[];
}

/** One layer over all steps by an operator, with the states as {@link appendLayer} has them: [T, B, H]. */
export function appendRecurrence(
  graph: GraphBuilder,
  { cellType, hiddenSize: H }: ModelConfiguration,
  layer: number,
  { name: operator, inputs, more = [], attributes, domain = '' }: RecurrentOperator,
): Value {
  const states = stateNames(cellType).map((state) => hiddenName(layer, state));
  // The operators have an axis for the direction, of which there is one.
  const before = states.map((name) => graph.node('Unsqueeze', [`${name}.in`, graph.ints(0)]));
  const allLengthsEqual = '';
  const all = [...inputs, allLengthsEqual, ...before, ...more];
  const options = { domain, attributes: { hidden_size: int(H), ...attributes } };
  const [outputs, ...after] = graph.nodeMany(operator, all, 1 + states.length, options);
  for (const [i, name] of states.entries()) {
    graph.node('Squeeze', [after[i]!, graph.ints(0)], { output: `${name}.out` });
  }
  return graph.node('Squeeze', [outputs!, graph.ints(1)]);
}
