import { type GraphBuilder, int, type Value } from '../../../onnx/graphBuilder';

/** The sizes of a training graph. */
export interface Sizes {
  /** T: steps. */
  readonly T: number;
  /** B: streams side by side. */
  readonly B: number;
  /** H: units of a layer. */
  readonly H: number;
}

/**
 * How the activations of a training graph lie in memory: one step of F features for B streams is either a row-major
 * [B, F] (batch-major) or its transpose [F, B] (feature-major). "Steps" are such matrices stacked over time, and "rows"
 * are always [T·B, F]. The formulas of a cell are the same in both; this interface has all that differs.
 *
 * Why two: a product with few streams is fastest where the large matrix, the weights, is the left operand, because
 * ONNX Runtime's kernels rearrange the right one on every call. That is the feature-major [F, H]·[H, B]. It holds
 * only where B is a multiple of the kernels' 16 columns; otherwise the last columns cost as much as 16, and the
 * batch-major product is faster.
 */
export interface Layout {
  /** The axis of the features in one step. */
  readonly featureAxis: 0 | 1;
  /** The shape of one step of `features` features. */
  stepShape(features: number): number[];
  /** State or per-stream numbers [B, F] as one step, and back. */
  fromBatch(value: Value): Value;
  toBatch(value: Value, output: Value): void;
  /** Rows [T·B, F] as steps, and back. */
  fromRows(rows: Value, features: number): Value;
  toRows(steps: Value, features: number): Value;
  /** Steps of the layer's input times the input weights [I, F] plus the bias [F], for all steps. */
  project(steps: Value, inputSize: number, weights: Value, bias: Value, features: number): Value;
  /** Inside a scan: one step of states [H] times the recurrent weights [H, F], plus `addend` [F]. */
  recurrent(body: GraphBuilder, state: Value, weights: RecurrentWeights, addend: Value): Value;
  /** Inside a scan: one step of gradients [F] times the transposed recurrent weights: [H]. */
  recurrentBackward(body: GraphBuilder, gradient: Value, weights: RecurrentWeights): Value;
  /** [I, F] = Σ over all steps and streams of input·gradientᵀ. */
  weightGradient(inputs: Value, inputSize: number, gradient: Value, features: number): Value;
  /** The same for one-hot input, given as rows [T·B, V]. */
  oneHotGradient(rows: Value, gradient: Value, features: number): Value;
  /** [F] = Σ over all steps and streams of the gradient. */
  biasGradient(gradient: Value, features: number): Value;
  /** Steps of the gradient by the layer's input, from that by F features and the input weights [I, F]. */
  inputGradient(gradient: Value, weights: Value, inputSize: number, features: number): Value;
}

/**
 * Recurrent weights as the products want them. Both layouts take the same: the feature-major products have them on the
 * left, and the batch-major ones on the right, where they are faster transposed.
 */
export interface RecurrentWeights {
  /** [F, H] */
  readonly forward: Value;
  /** [H, F] */
  readonly backward: Value;
}

/** From recurrent weights [H, F]. */
export function prepareRecurrent(graph: GraphBuilder, weights: Value): RecurrentWeights {
  return { forward: graph.transpose(weights, [1, 0]), backward: weights };
}

/** The number of columns that ONNX Runtime's matrix kernels work on at a time. */
const kernelColumns = 16;

/** The faster layout for this many streams. */
export function chooseLayout(graph: GraphBuilder, sizes: Sizes): Layout {
  return sizes.B % kernelColumns === 0 ? new FeatureMajor(graph, sizes) : new BatchMajor(graph, sizes);
}

export class BatchMajor implements Layout {
  readonly featureAxis = 1;

  constructor(
    private readonly graph: GraphBuilder,
    private readonly sizes: Sizes,
  ) {}

  stepShape(features: number): number[] {
    return [this.sizes.B, features];
  }

  fromBatch(value: Value): Value {
    return value;
  }

  toBatch(value: Value, output: Value): void {
    this.graph.node('Identity', [value], { output });
  }

  fromRows(rows: Value, features: number): Value {
    return this.graph.reshape(rows, [this.sizes.T, this.sizes.B, features]);
  }

  toRows(steps: Value, features: number): Value {
    return this.graph.reshape(steps, [this.sizes.T * this.sizes.B, features]);
  }

  project(steps: Value, inputSize: number, weights: Value, bias: Value, features: number): Value {
    return this.fromRows(this.graph.node('Gemm', [this.toRows(steps, inputSize), weights, bias]), features);
  }

  recurrent(body: GraphBuilder, state: Value, { forward }: RecurrentWeights, addend: Value): Value {
    return body.node('Gemm', [state, forward, addend], { attributes: { transB: int(1) } });
  }

  recurrentBackward(body: GraphBuilder, gradient: Value, { backward }: RecurrentWeights): Value {
    return body.node('Gemm', [gradient, backward], { attributes: { transB: int(1) } });
  }

  weightGradient(inputs: Value, inputSize: number, gradient: Value, features: number): Value {
    // Transposed by itself: a product with a transposed left operand and a long inner dimension is slow.
    const columns = this.graph.transpose(this.toRows(inputs, inputSize), [1, 0]);
    return this.graph.node('MatMul', [columns, this.toRows(gradient, features)]);
  }

  oneHotGradient(rows: Value, gradient: Value, features: number): Value {
    return this.graph.node('Gemm', [rows, this.toRows(gradient, features)], { attributes: { transA: int(1) } });
  }

  biasGradient(gradient: Value, features: number): Value {
    return sumOver(this.graph, this.toRows(gradient, features), 0);
  }

  inputGradient(gradient: Value, weights: Value, inputSize: number, features: number): Value {
    const operands = [this.toRows(gradient, features), weights];
    return this.fromRows(this.graph.node('Gemm', operands, { attributes: { transB: int(1) } }), inputSize);
  }
}

export class FeatureMajor implements Layout {
  readonly featureAxis = 0;

  constructor(
    private readonly graph: GraphBuilder,
    private readonly sizes: Sizes,
  ) {}

  stepShape(features: number): number[] {
    return [features, this.sizes.B];
  }

  fromBatch(value: Value): Value {
    return this.graph.transpose(value, [1, 0]);
  }

  toBatch(value: Value, output: Value): void {
    this.graph.node('Transpose', [value], { attributes: { perm: [1, 0] }, output });
  }

  fromRows(rows: Value, features: number): Value {
    const { T, B } = this.sizes;
    return this.graph.transpose(this.graph.reshape(rows, [T, B, features]), [0, 2, 1]);
  }

  toRows(steps: Value, features: number): Value {
    const { T, B } = this.sizes;
    return this.graph.reshape(this.graph.transpose(steps, [0, 2, 1]), [T * B, features]);
  }

  project(steps: Value, _inputSize: number, weights: Value, bias: Value): Value {
    const product = this.graph.node('MatMul', [this.graph.transpose(weights, [1, 0]), steps]);
    return this.graph.node('Add', [product, this.graph.node('Unsqueeze', [bias, this.graph.ints(1)])]);
  }

  recurrent(body: GraphBuilder, state: Value, { forward }: RecurrentWeights, addend: Value): Value {
    return body.node('Gemm', [forward, state, addend]);
  }

  recurrentBackward(body: GraphBuilder, gradient: Value, { backward }: RecurrentWeights): Value {
    return body.node('MatMul', [backward, gradient]);
  }

  weightGradient(inputs: Value, inputSize: number, gradient: Value, features: number): Value {
    const operands = [this.columns(inputs, inputSize), this.columns(gradient, features)];
    return this.graph.node('Gemm', operands, { attributes: { transB: int(1) } });
  }

  oneHotGradient(rows: Value, gradient: Value, features: number): Value {
    const operands = [rows, this.columns(gradient, features)];
    return this.graph.node('Gemm', operands, { attributes: { transA: int(1), transB: int(1) } });
  }

  biasGradient(gradient: Value, features: number): Value {
    return sumOver(this.graph, this.columns(gradient, features), 1);
  }

  inputGradient(gradient: Value, weights: Value): Value {
    return this.graph.node('MatMul', [weights, gradient]);
  }

  /** Steps [T, F, B] as [F, T·B]; each is rearranged once, however often it is asked for. */
  private columns(steps: Value, features: number): Value {
    const { T, B } = this.sizes;
    const known = this.columnsOf.get(steps);
    if (known !== undefined) return known;
    const columns = this.graph.reshape(this.graph.transpose(steps, [1, 0, 2]), [features, T * B]);
    this.columnsOf.set(steps, columns);
    return columns;
  }
  private readonly columnsOf = new Map<Value, Value>();
}

function sumOver(graph: GraphBuilder, value: Value, axis: number): Value {
  return graph.node('ReduceSum', [value, graph.ints(axis)], { attributes: { keepdims: int(0) } });
}
