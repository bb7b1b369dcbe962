import { type GraphBuilder, int, type Value } from '../../../../onnx/graphBuilder';
import type { TypedValue } from '../../../../onnx/scan';
import type { Layout, RecurrentWeights, Sizes } from '../layout';

/** Where a cell's part of the graph is built, and how its values lie in memory. */
export interface CellContext {
  readonly graph: GraphBuilder;
  readonly layout: Layout;
  readonly sizes: Sizes;
}

/** The weights of a layer inside the graph, in the form that its cell wants them (see {@link CellGraph.prepare}). */
export interface PreparedWeights {
  /** [I, F]: multiplies the layer's input. F is {@link CellGraph.gateWidth}, here and below. */
  readonly input: Value;
  /** The recurrent weights: one matrix, or two where the cell multiplies in two steps. */
  readonly recurrent: readonly RecurrentWeights[];
  /** [F]. */
  readonly bias: Value;
}

export interface ForwardResult {
  /** Steps of H: the layer's output h. */
  readonly outputs: Value;
  /** The state after the last step, each one step of H, in the order of `stateNames`. */
  readonly finalState: Value[];
  /** What the backward scan needs, in steps; empty where no gradients are wanted. */
  readonly saved: Value[];
}

/**
 * How one kind of cell looks in a training graph: a Scan over time forward, a Scan against time backward, and the
 * gradient of the recurrent weights as large products over all steps at once. "Steps" are as in {@link Layout}.
 */
export interface CellGraph {
  /** F: the numbers that one step of pre-activations takes for each stream, G·H or a few more. */
  gateWidth(H: number): number;
  /** Brings a layer's weights into the form that the scans use. */
  prepare(context: CellContext, weights: LayerWeights): PreparedWeights;
  /**
   * @param projected steps of F: input times input weights plus bias.
   * @param state the state before the first step, in the order of `stateNames`.
   * @param keep whether to save what the backward scan needs.
   */
  forward(
    context: CellContext,
    weights: PreparedWeights,
    projected: Value,
    state: readonly Value[],
    keep: boolean,
  ): ForwardResult;
  /**
   * @param outputGradient steps of H: the gradient of the loss by the layer's outputs.
   * @returns steps of F: the gradient by the pre-activations.
   */
  backward(
    context: CellContext,
    weights: PreparedWeights,
    forward: ForwardResult,
    state: readonly Value[],
    outputGradient: Value,
  ): Value;
  /** [H, F]: the gradient of the recurrent weights from the gradient by the pre-activations. */
  recurrentGradient(context: CellContext, forward: ForwardResult, state: readonly Value[], gateGradient: Value): Value;
  /** Undoes on a gradient [·, F] or [F] what `prepare` did to its weight: [·, G·H] or [G·H]. */
  restore(context: CellContext, gradient: Value): Value;
}

/** The values of a layer's weights as they enter the graph, in the layout of `weightShapes`. */
export interface LayerWeights {
  readonly input: Value;
  readonly recurrent: Value;
  readonly bias: Value;
}

/** Steps of the state before each step, from the state before the first one and the outputs. */
export function statesBefore({ graph, sizes }: CellContext, initial: Value, outputs: Value): Value {
  const first = graph.node('Unsqueeze', [initial, graph.ints(0)]);
  const rest = graph.node('Slice', [outputs, graph.ints(0), graph.ints(sizes.T - 1), graph.ints(0)]);
  return graph.node('Concat', [first, rest], { attributes: { axis: int(0) } });
}

/** One step of H zeros: the gradient by the state after the last step. */
export function zeroStep({ graph, layout, sizes }: CellContext): Value {
  return graph.constant(new Float32Array(sizes.B * sizes.H), layout.stepShape(sizes.H));
}

/** One step of some features, as a scan takes it and puts it out. */
export function stepOf({ layout }: CellContext, value: Value, features: number): TypedValue {
  return { value, type: 'float32', shape: layout.stepShape(features) };
}
