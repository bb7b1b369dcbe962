import { type GraphBuilder, int, type Value } from '../../../../onnx/graphBuilder';
import { appendScan, type ScanStep } from '../../../../onnx/scan';
import { prepareRecurrent } from '../layout';
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
  gateWidth,

  prepare(context, weights) {
    return {
      input: doubleAndPad(context, weights.input),
      recurrent: [prepareRecurrent(context.graph, doubleAndPad(context, weights.recurrent))],
      bias: doubleAndPad(context, weights.bias),
    };
  },

  forward(context, weights, projected, state, keep) {
    const { graph, sizes } = context;
    const states = state.map((value) => stepOf(context, value, sizes.H));
    const scanned = [stepOf(context, projected, gateWidth(sizes.H))];
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
    const F = gateWidth(sizes.H);
    const scanned = [step(outputGradient), step(gateDerivatives, F), step(cellDerivative), step(f)];
    const onStep = (body: GraphBuilder, states: Value[], elements: Value[]) =>
      stepBackward(context, body, weights, states as StatePair, elements as SavedStep);
    return appendScan(graph, [zero, zero], scanned, onStep, true)[2]!;
  },

  recurrentGradient(context, forward, state, gateGradient) {
    const { H } = context.sizes;
    const before = statesBefore(context, state[0]!, forward.outputs);
    return context.layout.weightGradient(before, H, gateGradient, gateWidth(H));
  },

  restore(context, gradient) {
    const { graph, sizes } = context;
    const scaled = (value: Value) => graph.node('Mul', [value, gateScale(context)]);
    if (padding(sizes.H) === 0) return scaled(gradient);
    return scaled(graph.node('Slice', [gradient, graph.ints(0), graph.ints(4 * sizes.H), graph.ints(-1)]));
  },
};

/** F. */
function gateWidth(H: number): number {
  return 4 * H + padding(H);
}

/**
 * Zeros behind the gates. Where rows of 4H numbers lie a multiple of 4096 bytes apart, the rows that a matrix kernel
 * reads side by side all fall into the same few lines of the processor's first cache and push each other out; 16 more
 * numbers a row make the recurrent product backward a sixth faster at H = 512.
 */
function padding(H: number): number {
  return (4 * H * Float32Array.BYTES_PER_ELEMENT) % 4096 === 0 ? 16 : 0;
}

/** A weight [I, 4H] or bias [4H] with g doubled and the padding behind it. */
function doubleAndPad(context: CellContext, weight: Value): Value {
  const { graph, sizes } = context;
  const scaled = graph.node('Mul', [weight, gateScale(context)]);
  if (padding(sizes.H) === 0) return scaled;
  const zero = '';
  return graph.node('Pad', [scaled, graph.ints(0, padding(sizes.H)), zero, graph.ints(-1)]);
}

/** [4H]: 1 for i, o and f, 2 for g. */
function gateScale({ graph, sizes: { H } }: CellContext): Value {
  return graph.constant(new Float32Array(4 * H).fill(1).fill(2, 3 * H), [4 * H]);
}

type StatePair = [dh: Value, dc: Value];
type SavedStep = [dy: Value, gateDerivatives: Value, cellDerivative: Value, f: Value];

/** Stacked: h, then what the backward scan takes: the gate derivatives F, dh'/dc' and f. */
function stepForward(
  context: CellContext,
  body: GraphBuilder,
  weights: PreparedWeights,
  [h, c, projected]: [Value, Value, Value],
  keep: boolean,
): ScanStep {
  const { layout, sizes } = context;
  const { H } = sizes;
  const F = gateWidth(H);
  const s = body.node('Sigmoid', [layout.recurrent(body, h, weights.recurrent[0]!, projected)]);
  const widths = [H, H, H, H, padding(H)].filter((width) => width > 0);
  const parts = body.split(s, widths, layout.featureAxis);
  const [i, o, f, sg] = parts as [Value, Value, Value, Value];
  const kept = body.node('Mul', [f, c]);
  const half = body.node('Mul', [i, sg]);
  const twice = body.node('Add', [half, half]);
  const written = body.node('Sub', [twice, i]);
  const nextC = body.node('Add', [kept, written]);
  const tanhC = body.node('Tanh', [nextC]);
  const nextH = body.node('Mul', [o, tanhC]);
  const states = [nextH, nextC];
  if (!keep) return { states, stacked: [stepOf(context, nextH, H)] };
  const z = concatGates(context, body, [written, nextH, kept, twice]);
  const gateDerivatives = body.node('Sub', [z, body.node('Mul', [z, s])]);
  const cellDerivative = body.node('Sub', [o, body.node('Mul', [nextH, tanhC])]);
  const saved = [stepOf(context, gateDerivatives, F), stepOf(context, cellDerivative, H), stepOf(context, f, H)];
  return { states, stacked: [stepOf(context, nextH, H), ...saved] };
}

/** Stacked: the gate gradients F. */
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
  const spread = concatGates(context, body, [dc, dh, dc, dc]);
  const gateGradient = body.node('Mul', [gateDerivatives, spread]);
  const previousDh = layout.recurrentBackward(body, gateGradient, weights.recurrent[0]!);
  const previousDc = body.node('Mul', [f, dc]);
  return { states: [previousDh, previousDc], stacked: [stepOf(context, gateGradient, gateWidth(sizes.H))] };
}

/** Four times H side by side, and the padding. */
function concatGates({ layout, sizes }: CellContext, body: GraphBuilder, gates: readonly Value[]): Value {
  const features = padding(sizes.H);
  const zeros = () => body.constant(new Float32Array(features * sizes.B), layout.stepShape(features));
  const parts = features === 0 ? gates : [...gates, zeros()];
  return body.node('Concat', parts, { attributes: { axis: int(layout.featureAxis) } });
}
