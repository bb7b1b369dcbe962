import { type CellType, gateCount } from '../lstm/configuration';
import { hiddenName } from '../lstm/hidden';
import { layerWeightName } from '../lstm/weights';
import { appendLayer, oneHot } from './forwardGraph';
import { GraphBuilder, int, type Value } from './graphBuilder';
import { stateTensorNames, type WeightedModel } from './recurrentStep';
import { storeWeights } from './storedWeights';

export interface InspectionGraphOptions {
  /** K: how many of the likeliest characters to report at each step. */
  readonly candidates: number;
  /** Whether to put out what goes on inside the layers. */
  readonly activations: boolean;
}

/** The gates of a cell, each a sigmoid of H units, in the order of their columns in the weights. */
export const gateNames: Record<CellType, readonly string[]> = {
  lstm: ['input', 'output', 'forget'],
  gru: ['update', 'reset'],
  rnn: [],
};

/**
 * A graph that reads T characters of one text and tells what the network thinks at each of them.
 *
 * Inputs: `tokens` int64 [T, 1]; `targets` int64 [T, 1], the character that follows each; and the states before,
 * `layer0.h.in`, …: float32 [1, H].
 *
 * Outputs: `candidates` int64 [T, K], the likeliest characters, the likeliest first, with their
 * `candidateLogProbabilities` float32 [T, K]; `targetLogProbabilities` float32 [T, 1]; and the states `layer0.h.out`, ….
 * With activations for each layer also `layer0.gates` [T, G·H], the G sigmoids of {@link gateNames} side by side (not
 * for the rnn); for the LSTM `layer0.g` [T, H], what its memory is offered; and for the others `layer0.h` [T, H].
 *
 * The recurrence runs in ONNX's own operators, which keep their gates to themselves. With all h known, the gates of all
 * steps are one product more: σ(x_t·W + h_{t−1}·R + b).
 */
export function buildInspectionGraph(model: WeightedModel, options: InspectionGraphOptions): Uint8Array {
  const { configuration } = model;
  const { vocabularySize: V, hiddenSize: H, numLayers } = configuration;
  const graph = new GraphBuilder();
  storeWeights(graph, model, false);
  const tokens = graph.input('tokens', 'int64', ['T', 1]);
  const targets = graph.input('targets', 'int64', ['T', 1]);
  for (const name of stateTensorNames(configuration)) graph.input(`${name}.in`, 'float32', [1, H]);
  let x = oneHot(graph, tokens, V);
  for (let layer = 0; layer < numLayers; layer++) {
    const h = appendLayer(graph, configuration, layer, x);
    if (options.activations) appendActivations(graph, model, layer, x, h);
    x = h;
  }
  appendPredictions(graph, x, targets, options.candidates);
  for (const name of stateTensorNames(configuration)) graph.output(`${name}.out`, 'float32', [1, H]);
  return graph.toModel();
}

/** The softmax over x [T, 1, H], as far as people look at it. */
function appendPredictions(graph: GraphBuilder, x: Value, targets: Value, K: number): void {
  const logits = graph.node('Add', [graph.node('MatMul', [withoutBatch(graph, x), 'output.weights']), 'output.bias']);
  const logProbabilities = graph.node('LogSoftmax', [logits]);
  const [best, ids] = graph.nodeMany('TopK', [logProbabilities, graph.ints(K)], 2) as [Value, Value];
  graph.output(graph.node('Identity', [ids], { output: 'candidates' }), 'int64', ['T', K]);
  graph.output(graph.node('Identity', [best], { output: 'candidateLogProbabilities' }), 'float32', ['T', K]);
  const attributes = { axis: int(1) };
  graph.node('GatherElements', [logProbabilities, targets], { attributes, output: 'targetLogProbabilities' });
  graph.output('targetLogProbabilities', 'float32', ['T', 1]);
}

/** What layer `layer` does with x [T, 1, I], having made h [T, 1, H] of it. */
function appendActivations(
  graph: GraphBuilder,
  { configuration }: WeightedModel,
  layer: number,
  x: Value,
  h: Value,
): void {
  const { cellType, hiddenSize: H } = configuration;
  const flatH = graph.node('Squeeze', [h, graph.ints(1)], { output: `layer${layer}.h` });
  if (cellType !== 'lstm') graph.output(flatH, 'float32', ['T', H]);
  const G = gateNames[cellType].length;
  if (G === 0) return;
  const a = graph.node('Add', [
    graph.node('Add', [
      graph.node('MatMul', [withoutBatch(graph, x), columns(graph, layerWeightName(layer, 'inputWeights'))]),
      graph.node('MatMul', [shifted(graph, flatH, layer), columns(graph, layerWeightName(layer, 'recurrentWeights'))]),
    ]),
    firstBias(graph, layer, gateCount(cellType) * H),
  ]);
  const [gates, rest] = graph.split(a, [G * H, H], 1) as [Value, Value];
  graph.output(graph.node('Sigmoid', [gates], { output: `layer${layer}.gates` }), 'float32', ['T', G * H]);
  if (cellType !== 'lstm') return;
  graph.output(graph.node('Tanh', [rest], { output: `layer${layer}.g` }), 'float32', ['T', H]);
}

/** h [T, H] of the step before each: the state that came in, then all but the last. */
function shifted(graph: GraphBuilder, h: Value, layer: number): Value {
  const allButLast = graph.node('Slice', [h, graph.ints(0), graph.ints(-1), graph.ints(0)]);
  return graph.node('Concat', [`${hiddenName(layer, 'h')}.in`, allButLast], { attributes: { axis: int(0) } });
}

/** Stored weights [1, G·H, I] as [I, G·H]. */
function columns(graph: GraphBuilder, name: Value): Value {
  return graph.transpose(graph.node('Squeeze', [name, graph.ints(0)]), [1, 0]);
}

/** Of the two stored biases [1, 2·G·H] the first, [G·H]; the second is zero. */
function firstBias(graph: GraphBuilder, layer: number, GH: number): Value {
  const bias = graph.reshape(layerWeightName(layer, 'bias'), [2 * GH]);
  return graph.split(bias, [GH, GH], 0)[0]!;
}

function withoutBatch(graph: GraphBuilder, x: Value): Value {
  return graph.node('Squeeze', [x, graph.ints(1)]);
}
