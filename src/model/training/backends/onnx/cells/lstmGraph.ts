import { type GraphBuilder, int, type Value } from '../../../../onnx/graphBuilder';
import { appendScan, type ScanStep } from '../../../../onnx/scan';
import { type CellContext, type CellGraph, type PreparedWeights, statesBefore, stepOf, zeroStep } from './cell';

/**
 * The long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
 *
 *     i, o, f = σ(a_i), σ(a_o), σ(a_f)     g = tanh(a_g)
 *     c' = f∘c + i∘g                       h' = o∘tanh(c')
 *
 * Two identities keep the number of nodes small, which is what a step costs at small sizes. tanh(x) = 2σ(2x) − 1:
 * with the columns of g doubled once per step, one Sigmoid serves all four gates. And with
 * Z = [i∘g, h', f∘c, 2·i·σ(2a_g)], Z − Z∘s holds the derivatives of c' (of h' for o) by all four pre-activations.
 */
export const lstmGraph: CellGraph = {
  prepare(context, weights) {
    const { graph, layout } = context;
    const scaled = (value: Value) => graph.node('Mul', [value, gateScale(context)]);
    return {
      input: scaled(weights.input),
      recurrent: [layout.prepareRecurrent(scaled(weights.recurrent))],
      bias: scaled(weights.bias),
    };
  },

  forward(context, weights, projected, state, keep) {
    const { graph, sizes } = context;
    const states = state.map((value) => stepOf(context, value, sizes.H));
    const scanned = [stepOf(context, projected, 4 * sizes.H)];
    const results = appendScan(graph, states, scanned, (body, [h, c], [a]) =>
      stepForward(context, body, weights, [h!, c!, a!], keep),
    );
    return { finalState: results.slice(0, 2), outputs: results[2]!, saved: results.slice(3) };
  },

  backward(context, weights, forward, _state, outputGradient) {
    const { graph, sizes } = context;
    const step = (value: Value, features = sizes.H) => stepOf(context, value, features);
    const zero = step(zeroStep(context));
    const [gateDerivatives, cellDerivative, f] = forward.saved as [Value, Value, Value];
    const scanned = [step(outputGradient), step(gateDerivatives, 4 * sizes.H), step(cellDerivative), step(f)];
    const onStep = (body: GraphBuilder, states: Value[], elements: Value[]) =>
      stepBackward(context, body, weights, states as StatePair, elements as SavedStep);
    return appendScan(graph, [zero, zero], scanned, onStep, true)[2]!;
  },

  recurrentGradient(context, forward, state, gateGradient) {
    const { H } = context.sizes;
    return context.layout.weightGradient(statesBefore(context, state[0]!, forward.outputs), H, gateGradient, 4 * H);
  },

  restore(context, gradient) {
    return context.graph.node('Mul', [gradient, gateScale(context)]);
  },
};

/** [4H]: 1 for i, o and f, 2 for g. */
function gateScale({ graph, sizes: { H } }: CellContext): Value {
  return graph.constant(new Float32Array(4 * H).fill(1).fill(2, 3 * H), [4 * H]);
}

type StatePair = [dh: Value, dc: Value];
type SavedStep = [dy: Value, gateDerivatives: Value, cellDerivative: Value, f: Value];

/** Stacked: h, then what the backward scan takes: the gate derivatives 4H, dh'/dc' and f. */
function stepForward(
  context: CellContext,
  body: GraphBuilder,
  weights: PreparedWeights,
  [h, c, projected]: [Value, Value, Value],
  keep: boolean,
): ScanStep {
  const { layout, sizes } = context;
  const { H } = sizes;
  const s = body.node('Sigmoid', [layout.recurrent(body, h, weights.recurrent[0]!, projected)]);
  const [i, o, f, sg] = body.split(s, [H, H, H, H], layout.featureAxis) as [Value, Value, Value, Value];
  const kept = body.node('Mul', [f, c]);
  const half = body.node('Mul', [i, sg]);
  const twice = body.node('Add', [half, half]);
  const written = body.node('Sub', [twice, i]);
  const nextC = body.node('Add', [kept, written]);
  const tanhC = body.node('Tanh', [nextC]);
  const nextH = body.node('Mul', [o, tanhC]);
  const states = [nextH, nextC];
  if (!keep) return { states, stacked: [stepOf(context, nextH, H)] };
  const z = body.node('Concat', [written, nextH, kept, twice], { attributes: { axis: int(layout.featureAxis) } });
  const gateDerivatives = body.node('Sub', [z, body.node('Mul', [z, s])]);
  const cellDerivative = body.node('Sub', [o, body.node('Mul', [nextH, tanhC])]);
  const saved = [stepOf(context, gateDerivatives, 4 * H), stepOf(context, cellDerivative, H), stepOf(context, f, H)];
  return { states, stacked: [stepOf(context, nextH, H), ...saved] };
}

/** Stacked: the gate gradients 4H. */
function stepBackward(
  context: CellContext,
  body: GraphBuilder,
  weights: PreparedWeights,
  [recurrentDh, recurrentDc]: StatePair,
  [dy, gateDerivatives, cellDerivative, f]: SavedStep,
): ScanStep {
  const { layout, sizes } = context;
  const dh = body.node('Add', [recurrentDh, dy]);
  const dc = body.node('Add', [body.node('Mul', [dh, cellDerivative]), recurrentDc]);
  const spread = body.node('Concat', [dc, dh, dc, dc], { attributes: { axis: int(layout.featureAxis) } });
  const gateGradient = body.node('Mul', [gateDerivatives, spread]);
  const previousDh = layout.recurrentBackward(body, gateGradient, weights.recurrent[0]!);
  const previousDc = body.node('Mul', [f, dc]);
  return { states: [previousDh, previousDc], stacked: [stepOf(context, gateGradient, 4 * sizes.H)] };
}
