import type { CellType, ModelConfiguration } from '../../../lstm/configuration';
import { gateCount, stateNames } from '../../../lstm/configuration';
import { layerWeightName, weightShapes } from '../../../lstm/weights';
import { GraphBuilder, int, type Value } from '../../../onnx/graphBuilder';
import { type CellGraph, type ForwardResult, type PreparedWeights, type Sizes, transposeSteps } from './cells/cell';
import { gruGraph } from './cells/gruGraph';
import { lstmGraph } from './cells/lstmGraph';
import { rnnGraph } from './cells/rnnGraph';

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
  /** [T, B, I]: what enters the layer, after dropout; for the first layer the one-hot characters [T·B, V]. */
  readonly input: Value;
  readonly forward: ForwardResult;
}

/**
 * The graph of a training step up to the gradients: forward over T steps, cross-entropy, backpropagation through time
 * (Werbos 1990) derived by hand. ONNX Runtime then runs the whole step as one call.
 *
 * @returns the bytes of an ONNX model.
 */
export function buildGradientGraph(settings: TrainingGraphSettings): Uint8Array {
  const builder = new TrainingGraph(settings, true);
  const { logProbabilities, targets, layers } = builder.forward();
  builder.backward(logProbabilities, targets, layers);
  return builder.graph.toModel();
}

/**
 * The graph of the loss alone, summed rather than averaged: no gradients, no dropout. A target of V, one past the last
 * character, is left out.
 */
export function buildEvaluationGraph(
  settings: Omit<TrainingGraphSettings, 'keepProbability' | 'lossCharacters'>,
): Uint8Array {
  const builder = new TrainingGraph({ ...settings, keepProbability: 1, lossCharacters: 1 }, false);
  builder.forward();
  return builder.graph.toModel();
}

class TrainingGraph {
  readonly graph = new GraphBuilder();
  private readonly cell: CellGraph;
  private readonly sizes: Sizes;
  private readonly steps: number;
  private readonly gates: number;
  private readonly oneHotRows: Value;

  constructor(
    private readonly settings: TrainingGraphSettings,
    private readonly withGradients: boolean,
  ) {
    const { model, batchSize, sequenceLength } = settings;
    this.cell = cellGraphs[model.cellType];
    this.sizes = { T: sequenceLength, B: batchSize, H: model.hiddenSize };
    this.steps = sequenceLength * batchSize;
    this.gates = gateCount(model.cellType) * model.hiddenSize;
    const { graph } = this;
    graph.input(names.inputs, 'int32', [sequenceLength, batchSize]);
    graph.input(names.targets, 'int32', [sequenceLength, batchSize]);
    graph.input(names.carry, 'float32', [batchSize, 1]);
    for (const [name, shape] of weightShapes(model)) graph.input(name, 'float32', shape);
    this.oneHotRows = graph.constant(identityMatrix(model.vocabularySize), [
      model.vocabularySize,
      model.vocabularySize,
    ]);
  }

  /** Layers, logits and loss. */
  forward(): { logProbabilities: Value; targets: Value; layers: Layer[] } {
    const { graph, settings, steps } = this;
    const ids = graph.reshape(names.inputs, [steps]);
    const layers: Layer[] = [];
    for (let index = 0; index < settings.model.numLayers; index++) {
      layers.push(this.layerForward(index, ids, layers[index - 1]));
    }
    const top = this.dropout(layers.length - 1, layers.at(-1)!.forward.outputs);
    const flat = graph.reshape(top, [steps, this.sizes.H]);
    const logits = graph.node('Gemm', [flat, 'output.weights', 'output.bias']);
    const logProbabilities = graph.node('LogSoftmax', [logits], { attributes: { axis: int(-1) } });
    const targets = graph.node('Gather', [this.targetRows(), graph.reshape(names.targets, [steps])]);
    const picked = graph.node('Mul', [logProbabilities, targets]);
    const total = graph.node('ReduceSum', [picked], { attributes: { keepdims: int(0) } });
    graph.node('Mul', [total, graph.scalar(-1 / settings.lossCharacters)], { output: names.loss });
    graph.output(names.loss, 'float32', []);
    return { logProbabilities, targets, layers };
  }

  /** One-hot rows [V, V]; where no gradients are wanted, with a row of zeros after them for targets to leave out. */
  private targetRows(): Value {
    if (this.withGradients) return this.oneHotRows;
    const V = this.settings.model.vocabularySize;
    const rows = new Float32Array((V + 1) * V);
    rows.set(identityMatrix(V));
    return this.graph.constant(rows, [V + 1, V]);
  }

  private layerForward(index: number, ids: Value, below: Layer | undefined): Layer {
    const { graph, cell, sizes, steps } = this;
    const { T, B, H } = sizes;
    const weights = cell.prepare(
      graph,
      {
        input: layerWeightName(index, 'inputWeights'),
        recurrent: layerWeightName(index, 'recurrentWeights'),
        bias: layerWeightName(index, 'bias'),
      },
      sizes,
    );
    const state = stateNames(this.settings.model.cellType).map((name) =>
      graph.node('Mul', [graph.input(names.state(index, name), 'float32', [B, H]), names.carry]),
    );
    let input: Value;
    let projected: Value;
    if (below === undefined) {
      // A one-hot row times the weights is a row of the weights: a look-up, with the bias added to every row before.
      projected = graph.node('Gather', [graph.node('Add', [weights.input, weights.bias]), ids]);
      input = graph.node('Gather', [this.oneHotRows, ids]);
    } else {
      input = this.dropout(index - 1, below.forward.outputs);
      projected = graph.node('Gemm', [graph.reshape(input, [steps, H]), weights.input, weights.bias]);
    }
    const perStep = graph.reshape(projected, [T, B, this.gates]);
    const forward = cell.forward(graph, weights, perStep, state, this.withGradients, sizes);
    stateNames(this.settings.model.cellType).forEach((name, i) => {
      graph.node('Identity', [forward.finalState[i]!], { output: names.nextState(index, name) });
      graph.output(names.nextState(index, name), 'float32', [B, H]);
    });
    return { weights, state, input, forward };
  }

  /** Inverted dropout (Srivastava et al. 2014): what is kept grows by 1/p, so that evaluation needs no change. */
  private dropout(layer: number, value: Value): Value {
    const { keepProbability } = this.settings;
    if (keepProbability === 1) return value;
    const { T, B, H } = this.sizes;
    const { graph } = this;
    if (!this.masks.has(layer)) {
      const mask = graph.input(names.mask(layer), 'uint8', [T, B, H]);
      const cast = graph.node('Cast', [mask], { attributes: { to: int(1) } });
      this.masks.set(layer, graph.node('Mul', [cast, graph.scalar(1 / keepProbability)]));
    }
    return graph.node('Mul', [value, this.masks.get(layer)!]);
  }
  private readonly masks = new Map<number, Value>();

  /** Gradients of every weight, from the output down. */
  backward(logProbabilities: Value, targets: Value, layers: readonly Layer[]): void {
    const { graph, sizes, steps, settings } = this;
    const { T, B, H } = sizes;
    const difference = graph.node('Sub', [graph.node('Exp', [logProbabilities]), targets]);
    const logitGradient = graph.node('Mul', [difference, graph.scalar(1 / settings.lossCharacters)]);
    this.gradientOutput('output.bias', this.sumOverSteps(logitGradient));
    const top = this.dropout(layers.length - 1, layers.at(-1)!.forward.outputs);
    this.gradientOutput('output.weights', graph.node('MatMul', [transposeSteps(graph, top, H, sizes), logitGradient]));
    const readout = graph.transpose('output.weights', [1, 0]);
    let outputGradient = graph.reshape(graph.node('MatMul', [logitGradient, readout]), [T, B, H]);
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index]!;
      outputGradient = this.dropout(index, outputGradient);
      const perStep = this.cell.backward(graph, layer.weights, layer.forward, layer.state, outputGradient, sizes);
      const gateGradient = graph.reshape(perStep, [steps, this.gates]);
      this.layerGradients(index, layer, gateGradient);
      if (index > 0) {
        const inputWeights = graph.transpose(layer.weights.input, [1, 0]);
        outputGradient = graph.reshape(graph.node('MatMul', [gateGradient, inputWeights]), [T, B, H]);
      }
    }
  }

  private layerGradients(index: number, layer: Layer, gateGradient: Value): void {
    const { graph, cell, sizes } = this;
    const recurrent = cell.recurrentGradient(graph, layer.forward, layer.state, gateGradient, sizes);
    let input: Value;
    let bias: Value;
    if (index === 0) {
      input = graph.node('Gemm', [layer.input, gateGradient], { attributes: { transA: int(1) } });
      // Every character has exactly one row, so the rows add up to what the bias gets.
      bias = this.sumOverSteps(input);
    } else {
      input = graph.node('MatMul', [transposeSteps(graph, layer.input, sizes.H, sizes), gateGradient]);
      bias = this.sumOverSteps(gateGradient);
    }
    this.gradientOutput(layerWeightName(index, 'inputWeights'), cell.restore(graph, input, sizes));
    this.gradientOutput(layerWeightName(index, 'recurrentWeights'), cell.restore(graph, recurrent, sizes));
    this.gradientOutput(layerWeightName(index, 'bias'), cell.restore(graph, bias, sizes));
  }

  /** [N, F] to [F]. */
  private sumOverSteps(value: Value): Value {
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
