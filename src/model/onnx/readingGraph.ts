import { layerWeightName } from '../lstm/weights';
import { quantizeColumns } from './columnQuantization';
import { appendRecurrence, oneHot } from './forwardGraph';
import { GraphBuilder, type Value } from './graphBuilder';
import { stateTensorNames, type WeightedModel } from './recurrentStep';

/**
 * A graph in which an LSTM reads a text in 8 bits, by ONNX Runtime's DynamicQuantizeLSTM: each layer is one operator
 * that goes through all characters, with a product for all of them at once with the layer below.
 *
 * Inputs: `tokens` int64 [T, B], and the states before them, `layer0.h.in`, …: float32 [B, H].
 * Outputs: the states after them, `layer0.h.out`, ….
 */
export function buildReadingGraph(model: WeightedModel): Uint8Array {
  const { vocabularySize: V, numLayers, hiddenSize: H } = model.configuration;
  const graph = new GraphBuilder();
  let x = oneHot(graph, graph.input('tokens', 'int64', ['T', 'B']), V);
  for (const name of stateTensorNames(model.configuration)) graph.input(`${name}.in`, 'float32', ['B', H]);
  for (let layer = 0; layer < numLayers; layer++) x = appendRoundedLayer(graph, model, layer, x);
  for (const name of stateTensorNames(model.configuration)) graph.output(`${name}.out`, 'float32', ['B', H]);
  return graph.toModel();
}

/** x [T, B, I] to h [T, B, H]. */
function appendRoundedLayer(graph: GraphBuilder, model: WeightedModel, layer: number, x: Value): Value {
  const { configuration, weights } = model;
  const { vocabularySize: V, hiddenSize: H } = configuration;
  const W = addMatrix(graph, weights.get(layerWeightName(layer, 'inputWeights'))!.data, layer === 0 ? V : H, 4 * H);
  const R = addMatrix(graph, weights.get(layerWeightName(layer, 'recurrentWeights'))!.data, H, 4 * H);
  // Once for the input's product, once for the state's.
  const bias = new Float32Array(8 * H);
  bias.set(weights.get(layerWeightName(layer, 'bias'))!.data);
  const B = graph.initializer(graph.uniqueName('bias'), bias, [1, 8 * H]);
  const noPeepholes = '';
  return appendRecurrence(graph, configuration, layer, {
    name: 'DynamicQuantizeLSTM',
    domain: 'com.microsoft',
    inputs: [x, W.values, R.values, B],
    more: [noPeepholes, W.scales, W.zero, R.scales, R.zero],
  });
}

/** Stores a matrix [K, N] in 8 bits, with a scale for each column. */
function addMatrix(graph: GraphBuilder, matrix: Float32Array, K: number, N: number) {
  const { values, scales } = quantizeColumns(matrix, K, N);
  return {
    values: graph.initializer(graph.uniqueName('matrix'), values, [1, K, N]),
    scales: graph.initializer(graph.uniqueName('scales'), scales, [1, N]),
    zero: graph.initializer(graph.uniqueName('zero'), new Int8Array(N), [1, N]),
  };
}
