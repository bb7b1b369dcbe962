import { type CellType, gateCount, type ModelConfiguration, stateNames } from '../lstm/configuration';
import { hiddenName } from '../lstm/hidden';
import { layerWeightName } from '../lstm/weights';
import { quantizeColumns } from './columnQuantization';
import { GraphBuilder, int, type Value } from './graphBuilder';
import { stateTensorNames, type WeightedModel } from './recurrentStep';
import { transpose } from './transpose';

export interface ForwardGraphOptions {
  /** Stores weight matrices as 8-bit integers with a float32 scale for each column: a file of a quarter of the size. */
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
 * The weights are initializers with the names of `weightShapes` in the operators' layout, a direction in front and
 * columns as rows: `layer{l}.inputWeights` [1, G·H, I], `layer{l}.recurrentWeights` [1, G·H, H], `layer{l}.bias`
 * [1, 2·G·H] (the second half is zero), `output.weights` [H, V], `output.bias` [V]. The order of the gates is ONNX's.
 */
export function buildForwardGraph(model: WeightedModel, options: ForwardGraphOptions = {}): Uint8Array {
  const { configuration } = model;
  const { vocabularySize: V, hiddenSize: H, numLayers } = configuration;
  const graph = new GraphBuilder();
  const weight = weightSource(graph, model, options.quantize === 'int8');
  const depth = graph.constant(BigInt64Array.of(BigInt(V)), []);
  const offOn = graph.constant(Float32Array.of(0, 1));
  let x = graph.node('OneHot', [graph.input('tokens', 'int64', ['T', 'B']), depth, offOn]);
  for (const name of stateTensorNames(configuration)) graph.input(`${name}.in`, 'float32', ['B', H]);
  for (let layer = 0; layer < numLayers; layer++) x = appendLayer(graph, configuration, weight, layer, x);
  if (options.selectsSteps === true) x = lastSteps(graph, x);
  const product = graph.node('MatMul', [x, weight('output.weights')]);
  graph.node('Add', [product, weight('output.bias')], { output: 'logits' });
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

/** One layer over all steps: x [T, B, I] to [T, B, H]. */
function appendLayer(
  graph: GraphBuilder,
  { cellType, hiddenSize: H }: ModelConfiguration,
  weight: (name: string) => Value,
  layer: number,
  x: Value,
): Value {
  const states = stateNames(cellType).map((state) => hiddenName(layer, state));
  const weights = (['inputWeights', 'recurrentWeights', 'bias'] as const).map((kind) =>
    weight(layerWeightName(layer, kind)),
  );
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

/** Stores weights as initializers when they are first asked for by name, as they are or quantized. */
function weightSource(
  graph: GraphBuilder,
  { configuration, weights }: WeightedModel,
  quantized: boolean,
): (name: string) => Value {
  const GH = gateCount(configuration.cellType) * configuration.hiddenSize;
  return (name) => {
    const { data, shape } = weights.get(name)!;
    const [rows, columns] = shape.length === 2 ? (shape as [number, number]) : [1, shape[0]!];
    if (name.endsWith('.bias')) {
      if (name === 'output.bias') return graph.initializer(name, data, shape);
      const both = new Float32Array(2 * GH);
      both.set(data);
      return graph.initializer(name, both, [1, 2 * GH]);
    }
    const isOutput = name === 'output.weights';
    const dims = isOutput ? [rows, columns] : [1, columns, rows];
    if (!quantized) return graph.initializer(name, isOutput ? data : transpose(data, rows, columns), dims);
    const { values, scales } = quantizeColumns(data, rows, columns);
    const integers = isOutput ? values : transpose(values, rows, columns);
    graph.initializer(`${name}.quantized`, integers, dims);
    graph.initializer(`${name}.scale`, scales, [columns]);
    return graph.node('DequantizeLinear', [`${name}.quantized`, `${name}.scale`], {
      attributes: { axis: int(1) },
      output: name,
    });
  };
}
