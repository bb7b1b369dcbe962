import { type GraphBuilder, int, type Value } from '../../../../onnx/graphBuilder';

/** The sizes of a training graph. Activations are batch-major: one step is a row-major [B, H]. */
export interface Sizes {
  /** T: steps. */
  readonly T: number;
  /** B: streams side by side. */
  readonly B: number;
  /** H: units of a layer. */
  readonly H: number;
}

/** The weights of a layer inside the graph, in the form that its cell wants them (see {@link CellGraph.prepare}). */
export interface PreparedWeights {
  /** [I, G·H]: multiplies the layer's input. */
  readonly input: Value;
  /** [G·H, H]: the recurrent weights transposed; one copy serves the forward and the backward products. */
  readonly recurrentTransposed: Value;
  /** [G·H]. */
  readonly bias: Value;
}

export interface ForwardResult {
  /** [T, B, H]: the layer's output h for every step. */
  readonly outputs: Value;
  /** The state after the last step, each [B, H], in the order of `stateNames`. */
  readonly finalState: Value[];
  /** What the backward scan needs, each [T, B, ·]; empty where no gradients are wanted. */
  readonly saved: Value[];
}

/**
 * How one kind of cell looks in a training graph: a Scan over time forward, a Scan against time backward, and the
 * weight gradients as large matrix products over all steps at once.
 */
export interface CellGraph {
  /** Brings a layer's weights into the form that the scans use. */
  prepare(graph: GraphBuilder, weights: LayerWeights, sizes: Sizes): PreparedWeights;
  /**
   * @param projected [T, B, G·H]: input times input weights plus bias, for every step.
   * @param state the state before the first step, in the order of `stateNames`.
   * @param keep whether to save what the backward scan needs.
   */
  forward(
    graph: GraphBuilder,
    weights: PreparedWeights,
    projected: Value,
    state: readonly Value[],
    keep: boolean,
    sizes: Sizes,
  ): ForwardResult;
  /**
   * @param outputGradient [T, B, H]: the gradient of the loss by the layer's outputs.
   * @returns [T, B, G·H]: the gradient by the pre-activations.
   */
  backward(
    graph: GraphBuilder,
    weights: PreparedWeights,
    forward: ForwardResult,
    state: readonly Value[],
    outputGradient: Value,
    sizes: Sizes,
  ): Value;
  /** [H, G·H]: the gradient of the recurrent weights from the gradient by the pre-activations. */
  recurrentGradient(
    graph: GraphBuilder,
    forward: ForwardResult,
    state: readonly Value[],
    gateGradient: Value,
    sizes: Sizes,
  ): Value;
  /** Undoes on a gradient [·, G·H] or [G·H] what `prepare` did to its weight. */
  restore(graph: GraphBuilder, gradient: Value, sizes: Sizes): Value;
}

/** The values of a layer's weights as they enter the graph, in the layout of `weightShapes`. */
export interface LayerWeights {
  readonly input: Value;
  readonly recurrent: Value;
  readonly bias: Value;
}

/** [T, B, F] to [F, T·B], written out: a product with a transposed operand and a long inner dimension is slow. */
export function transposeSteps(graph: GraphBuilder, value: Value, features: number, { T, B }: Sizes): Value {
  return graph.transpose(graph.reshape(value, [T * B, features]), [1, 0]);
}

/** [T, B, H]: the state before each step, from the state before the first one [B, H] and the outputs [T, B, H]. */
export function statesBefore(graph: GraphBuilder, initial: Value, outputs: Value, { T }: Sizes): Value {
  const first = graph.node('Unsqueeze', [initial, graph.ints(0)]);
  const rest = graph.node('Slice', [outputs, graph.ints(0), graph.ints(T - 1), graph.ints(0)]);
  return graph.node('Concat', [first, rest], { attributes: { axis: int(0) } });
}

/** [H, F] = Σ over steps of statesᵀ·gradient, as one product. */
export function outerProduct(
  graph: GraphBuilder,
  states: Value,
  stateSize: number,
  gradient: Value,
  features: number,
  sizes: Sizes,
): Value {
  const flat = graph.reshape(gradient, [sizes.T * sizes.B, features]);
  return graph.node('MatMul', [transposeSteps(graph, states, stateSize, sizes), flat]);
}

/**
 * Appends a Scan. The body gets one input per state and per scanned value and declares its results in the same order:
 * next states first, then the values to stack.
 *
 * @param reverse run from the last step to the first; stacked results keep the order of time.
 * @returns the final states, then the stacked values.
 */
export function scan(
  graph: GraphBuilder,
  body: GraphBuilder,
  states: readonly Value[],
  scanned: readonly Value[],
  stackedCount: number,
  reverse = false,
): Value[] {
  const direction = reverse ? 1 : 0;
  return graph.nodeMany('Scan', [...states, ...scanned], states.length + stackedCount, {
    attributes: {
      body,
      num_scan_inputs: int(scanned.length),
      scan_input_directions: scanned.map(() => direction),
      ...(stackedCount > 0 && { scan_output_directions: Array(stackedCount).fill(direction) }),
    },
  });
}

/** Declares a float input of a scan's body under a fresh name. */
export function bodyInput(body: GraphBuilder, hint: string, shape: readonly number[]): Value {
  return body.input(body.uniqueName(hint), 'float32', shape);
}

/** Declares results of a scan's body; a value that is given twice is copied, as ONNX Runtime needs it. */
export function bodyOutputs(body: GraphBuilder, results: readonly (readonly [Value, readonly number[]])[]): void {
  const seen = new Set<Value>();
  for (const [value, shape] of results) {
    const name = seen.has(value) ? body.node('Identity', [value]) : value;
    seen.add(value);
    body.output(name, 'float32', shape);
  }
}
