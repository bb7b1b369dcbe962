import type { CellType, ModelConfiguration } from '../../../lstm/configuration';
import { stateNames } from '../../../lstm/configuration';
import { layerWeightName, weightShapes } from '../../../lstm/weights';
import { GraphBuilder, int, type Value } from '../../../onnx/graphBuilder';
import type { CellContext, CellGraph, ForwardResult, PreparedWeights } from './cells/cell';
import { gruGraph } from './cells/gruGraph';
import { lstmGraph } from './cells/lstmGraph';
import { rnnGraph } from './cells/rnnGraph';
import { chooseLayout, type Layout } from './layout';

/** The shape of the work of one training graph. */
export interface TrainingGraphSettings {
  readonly model: ModelConfiguration;
  /** B: the streams that this graph works on. */
  readonly batchSize: number;
  /** T: steps of truncated backpropagation through time. */
  readonly sequenceLength: number;
  /** The loss and its gradients are divided by this many characters; T·B, or more where the batch is shared out. */
  readonly lossCharacters: number;
  /** Probability that a unit is kept; 1 is no dropout. */
  readonly keepProbability: number;
  /** Threads that ONNX Runtime will run the graph with: what is fastest, and right, depends on it. */
  readonly threads: number;
}

/** Names of a training graph's inputs and outputs besides the weights, which enter under their own names. */
export const names = {
  /** int32 [T, B] */
  inputs: 'inputs' as const,
  /** int32 [T, B] */
  targets: 'targets' as const,
  /** float [B, 1]: 1 where the state is carried, 0 where it is cleared. */
  carry: 'carry',
  /** uint8 [T, B, H], 1 where a unit is kept: applied to what layer `layer` puts out. */
  mask: (layer: number) => `layer${layer}.mask`,
  /** float [B, H] */
  state: (layer: number, state: 'h' | 'c') => `layer${layer}.${state}`,
  nextState: (layer: number, state: 'h' | 'c') => `layer${layer}.${state}.next`,
  /** float scalar: the sum of the losses of this graph's characters over `lossCharacters`, in nats. */
  loss: 'loss',
  gradient: (weight: string) => `gradient/${weight}`,
};

const cellGraphs: Record<CellType, CellGraph> = { lstm: lstmGraph, gru: gruGraph, rnn: rnnGraph };

/** One layer on its way through the graph. */
interface Layer {
  readonly weights: PreparedWeights;
  readonly state: Value[];
  /** What enters the layer: the ids of characters [T·B] in the first one, steps of H after dropout above. */
  readonly input: Value;
  readonly forward: ForwardResult;
}

interface NetworkForward {
  readonly layers: readonly Layer[];
  /** [T·B, H]: what the last layer puts out, after dropout. */
  readonly top: Value;
  /** [T·B, V] */
  readonly logProbabilities: Value;
  /** [T·B, V]: one-hot. */
  readonly targets: Value;
}

/**
 * The graph of a training step up to the gradients: forward over T steps, cross-entropy, backpropagation through time
 * (Werbos 1990) derived by hand. ONNX Runtime then runs the whole step as one call.
 *
 * @returns the bytes of an ONNX model.
 */
export function buildGradientGraph(settings: TrainingGraphSettings): Uint8Array {
  const builder = new TrainingGraph(settings, true);
  builder.backward(builder.forward());
  return builder.graph.toModel();
}

/**
 * The graph of the loss alone, summed rather than averaged: no gradients, no dropout. A target of V, one past the last
 * character, is left out.
 */
export function buildEvaluationGraph(
  settings: Omit<TrainingGraphSettings, 'keepProbability' | 'lossCharacters' | 'threads'>,
): Uint8Array {
  const builder = new TrainingGraph({ ...settings, keepProbability: 1, lossCharacters: 1, threads: 1 }, false);
  builder.forward();
  return builder.graph.toModel();
}

class TrainingGraph {
  readonly graph = new GraphBuilder();
  private readonly cell: CellGraph;
  private readonly layout: Layout;
  private readonly context: CellContext;
  /** T·B. */
  private readonly rows: number;
  /** F, see {@link CellGraph.gateWidth}. */
  private readonly gateWidth: number;

  constructor(
    private readonly settings: TrainingGraphSettings,
    private readonly withGradients: boolean,
  ) {
    const { model, batchSize, sequenceLength } = settings;
    this.cell = cellGraphs[model.cellType];
    const { graph } = this;
    const sizes = { T: sequenceLength, B: batchSize, H: model.hiddenSize };
    this.layout = chooseLayout(graph, sizes);
    this.context = { graph, layout: this.layout, sizes };
    this.rows = sequenceLength * batchSize;
    this.gateWidth = this.cell.gateWidth(model.hiddenSize);
    graph.input(names.inputs, 'int32', [sequenceLength, batchSize]);
    graph.input(names.targets, 'int32', [sequenceLength, batchSize]);
    graph.input(names.carry, 'float32', [batchSize, 1]);
    for (const [name, shape] of weightShapes(model)) graph.input(name, 'float32', shape);
  }

  /** Layers, logits and loss. */
  forward(): NetworkForward {
    const { graph, settings, rows } = this;
    const ids = graph.reshape(names.inputs, [rows]);
    const layers: Layer[] = [];
    for (let index = 0; index < settings.model.numLayers; index++) {
      layers.push(this.layerForward(index, ids, layers[index - 1]));
    }
    const top = this.layout.toRows(
      this.dropout(layers.length - 1, layers.at(-1)!.forward.outputs),
      this.context.sizes.H,
    );
    const logits = graph.node('Gemm', [top, 'output.weights', 'output.bias']);
    const logProbabilities = graph.node('LogSoftmax', [logits], { attributes: { axis: int(-1) } });
    const targets = graph.node('Gather', [this.targetRows(), graph.reshape(names.targets, [rows])]);
    const picked = graph.node('Mul', [logProbabilities, targets]);
    const total = graph.node('ReduceSum', [picked], { attributes: { keepdims: int(0) } });
    graph.node('Mul', [total, graph.scalar(-1 / settings.lossCharacters)], { output: names.loss });
    graph.output(names.loss, 'float32', []);
    return { layers, top, logProbabilities, targets };
  }

  /** One-hot rows [V, V]; where no gradients are wanted, with a row of zeros after them for targets to leave out. */
  private targetRows(): Value {
    if (this.withGradients) return this.oneHotRows();
    const V = this.settings.model.vocabularySize;
    const rows = new Float32Array((V + 1) * V);
    rows.set(identityMatrix(V));
    return this.graph.constant(rows, [V + 1, V]);
  }

  /** [V, V] */
  private oneHotRows(): Value {
    const V = this.settings.model.vocabularySize;
    return this.graph.constant(identityMatrix(V), [V, V]);
  }

  private layerForward(index: number, ids: Value, below: Layer | undefined): Layer {
    const { graph, cell, context, layout, gateWidth } = this;
    const weights = cell.prepare(context, {
      input: layerWeightName(index, 'inputWeights'),
      recurrent: layerWeightName(index, 'recurrentWeights'),
      bias: layerWeightName(index, 'bias'),
    });
    const state = this.stateInputs(index);
    let input: Value;
    let projected: Value;
    if (below === undefined) {
      // A one-hot row times the weights is a row of the weights: a look-up, with the bias added to every row before.
      projected = layout.fromRows(
        graph.node('Gather', [graph.node('Add', [weights.input, weights.bias]), ids]),
        gateWidth,
      );
      input = ids;
    } else {
      input = this.dropout(index - 1, below.forward.outputs);
      projected = layout.project(input, context.sizes.H, weights.input, weights.bias, gateWidth);
    }
    const forward = cell.forward(context, weights, projected, state, this.withGradients);
    for (const [i, name] of stateNames(this.settings.model.cellType).entries()) {
      layout.toBatch(forward.finalState[i]!, names.nextState(index, name));
      graph.output(names.nextState(index, name), 'float32', [context.sizes.B, context.sizes.H]);
    }
    return { weights, state, input, forward };
  }

  /** The state before the first step, cleared where a stream starts again. */
  private stateInputs(layer: number): Value[] {
    const { graph, layout, context } = this;
    const { B, H } = context.sizes;
    return stateNames(this.settings.model.cellType).map((name) => {
      const state = graph.input(names.state(layer, name), 'float32', [B, H]);
      return layout.fromBatch(graph.node('Mul', [state, names.carry]));
    });
  }

  /** Inverted dropout (Srivastava et al. 2014): what is kept grows by 1/p, so that evaluation needs no change. */
  private dropout(layer: number, value: Value): Value {
    const { keepProbability } = this.settings;
    if (keepProbability === 1) return value;
    const { graph, layout } = this;
    const { T, B, H } = this.context.sizes;
    if (!this.masks.has(layer)) {
      const mask = graph.input(names.mask(layer), 'uint8', [T, B, H]);
      const cast = graph.node('Cast', [mask], { attributes: { to: int(1) } });
      const factors = graph.node('Mul', [cast, graph.scalar(1 / keepProbability)]);
      this.masks.set(layer, layout.fromRows(factors, H));
    }
    return graph.node('Mul', [value, this.masks.get(layer)!]);
  }
  private readonly masks = new Map<number, Value>();

  /** Gradients of every weight, from the output down. */
  backward({ layers, top, logProbabilities, targets }: NetworkForward): void {
    const { graph, layout, context, settings, gateWidth } = this;
    const { H } = context.sizes;
    const difference = graph.node('Sub', [graph.node('Exp', [logProbabilities]), targets]);
    const logitGradient = graph.node('Mul', [difference, graph.scalar(1 / settings.lossCharacters)]);
    this.gradientOutput('output.bias', this.sumOfRows(logitGradient));
    const topColumns = graph.transpose(top, [1, 0]);
    this.gradientOutput('output.weights', graph.node('MatMul', [topColumns, logitGradient]));
    const readout = graph.transpose('output.weights', [1, 0]);
    let outputGradient = layout.fromRows(graph.node('MatMul', [logitGradient, readout]), H);
    for (let index = layers.length - 1; index >= 0; index--) {
      const { weights, forward, state } = layers[index]!;
      outputGradient = this.dropout(index, outputGradient);
      const gateGradient = this.cell.backward(context, weights, forward, state, outputGradient);
      this.layerGradients(index, layers[index]!, gateGradient);
      if (index > 0) outputGradient = layout.inputGradient(gateGradient, weights.input, H, gateWidth);
    }
  }

  private layerGradients(index: number, layer: Layer, gateGradient: Value): void {
    const { cell, context, layout, gateWidth } = this;
    const recurrent = cell.recurrentGradient(context, layer.forward, layer.state, gateGradient);
    let input: Value;
    let bias: Value;
    if (index === 0) {
      input = this.characterGradient(layer.input, gateGradient);
      // Every character has exactly one row, so the rows add up to what the bias gets.
      bias = this.sumOfRows(input);
    } else {
      input = layout.weightGradient(layer.input, context.sizes.H, gateGradient, gateWidth);
      bias = layout.biasGradient(gateGradient, gateWidth);
    }
    this.gradientOutput(layerWeightName(index, 'inputWeights'), cell.restore(context, input));
    this.gradientOutput(layerWeightName(index, 'recurrentWeights'), cell.restore(context, recurrent));
    this.gradientOutput(layerWeightName(index, 'bias'), cell.restore(context, bias));
  }

  /**
   * [V, F]: for each character the sum of the gradients at the places where it is read. Several threads lose some of the
   * terms in ONNX Runtime's ScatterND (1.30), so that there it is a product with one-hot rows, ten times as slow.
   */
  private characterGradient(ids: Value, gateGradient: Value): Value {
    const { graph, layout, gateWidth, rows } = this;
    if (this.settings.threads > 1) {
      return layout.oneHotGradient(graph.node('Gather', [this.oneHotRows(), ids]), gateGradient, gateWidth);
    }
    const V = this.settings.model.vocabularySize;
    const zeros = graph.node('ConstantOfShape', [graph.ints(V, gateWidth)]);
    const int64 = 7;
    const indices = graph.reshape(graph.node('Cast', [ids], { attributes: { to: int(int64) } }), [rows, 1]);
    const updates = layout.toRows(gateGradient, gateWidth);
    return graph.node('ScatterND', [zeros, indices, updates], { attributes: { reduction: 'add' } });
  }

  /** [N, F] to [F]. */
  private sumOfRows(value: Value): Value {
    const { graph } = this;
    return graph.node('ReduceSum', [value, graph.ints(0)], { attributes: { keepdims: int(0) } });
  }

  private gradientOutput(weight: string, value: Value): void {
    const { graph } = this;
    graph.node('Identity', [value], { output: names.gradient(weight) });
    graph.output(names.gradient(weight), 'float32', weightShapes(this.settings.model).get(weight)!);
  }
}

function identityMatrix(size: number): Float32Array {
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}
