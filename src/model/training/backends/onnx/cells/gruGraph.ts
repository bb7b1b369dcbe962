import { type GraphBuilder, int, type Value } from '../../../../onnx/graphBuilder';
import { appendScan, type ScanStep } from '../../../../onnx/scan';
import { prepareRecurrent } from '../layout';
import { type CellContext, type CellGraph, type PreparedWeights, statesBefore, stepOf, zeroStep } from './cell';

/**
 * The gated recurrent unit (Cho et al. 2014), as char-rnn has it: the reset gate acts before the recurrent product,
 * so that there are two of them, one for both gates and one for the candidate.
 *
 *     z, r = σ(a_z + h·R_z), σ(a_r + h·R_r)     n = tanh(a_n + (r∘h)·R_n)     h' = (1 − z)∘n + z∘h
 */
export const gruGraph: CellGraph = {
  gateWidth: (H) => 3 * H,

  prepare({ graph, sizes: { H } }, { input, recurrent, bias }) {
    const parts = graph.split(recurrent, [2 * H, H], 1);
    return { input, recurrent: parts.map((part) => prepareRecurrent(graph, part)), bias };
  },

  forward(context, weights, projected, state, keep) {
    const { graph, sizes } = context;
    const states = [stepOf(context, state[0]!, sizes.H)];
    const scanned = [stepOf(context, projected, 3 * sizes.H)];
    const results = appendScan(graph, states, scanned, (body, [h], [a]) =>
      stepForward(context, body, weights, [h!, a!], keep),
    );
    return { finalState: [results[0]!], outputs: results[1]!, saved: results.slice(2) };
  },

  backward(context, weights, forward, state, outputGradient) {
    const { graph, sizes } = context;
    const before = statesBefore(context, state[0]!, forward.outputs);
    const [z, r, n] = forward.saved as [Value, Value, Value, Value];
    const scanned = [outputGradient, z, r, n, before].map((value) => stepOf(context, value, sizes.H));
    const onStep = (body: GraphBuilder, [dh]: Value[], elements: Value[]) =>
      stepBackward(context, body, weights, dh!, elements as SavedStep);
    return appendScan(graph, [stepOf(context, zeroStep(context), sizes.H)], scanned, onStep, true)[1]!;
  },

  recurrentGradient(context, forward, state, gateGradient) {
    const { graph, layout } = context;
    const { H } = context.sizes;
    const before = statesBefore(context, state[0]!, forward.outputs);
    // Steps have the time in front of the axes of one step.
    const [gates, candidate] = graph.split(gateGradient, [2 * H, H], layout.featureAxis + 1);
    const parts = [
      layout.weightGradient(before, H, gates!, 2 * H),
      layout.weightGradient(forward.saved[3]!, H, candidate!, H),
    ];
    return graph.node('Concat', parts, { attributes: { axis: int(1) } });
  },

  restore: (_context, gradient) => gradient,
};

type SavedStep = [dy: Value, z: Value, r: Value, n: Value, h: Value];

/** Stacked: h', then what the backward scan takes: z, r, n and r∘h. */
function stepForward(
  context: CellContext,
  body: GraphBuilder,
  weights: PreparedWeights,
  [h, projected]: [Value, Value],
  keep: boolean,
): ScanStep {
  const { layout, sizes } = context;
  const { H } = sizes;
  const [gateWeights, candidateWeights] = weights.recurrent;
  const [projectedGates, projectedN] = body.split(projected, [2 * H, H], layout.featureAxis);
  const gates = body.node('Sigmoid', [layout.recurrent(body, h, gateWeights!, projectedGates!)]);
  const [z, r] = body.split(gates, [H, H], layout.featureAxis) as [Value, Value];
  const resetH = body.node('Mul', [r, h]);
  const n = body.node('Tanh', [layout.recurrent(body, resetH, candidateWeights!, projectedN!)]);
  const nextH = body.node('Add', [n, body.node('Mul', [z, body.node('Sub', [h, n])])]);
  const saved = keep ? [z, r, n, resetH] : [];
  return { states: [nextH], stacked: [nextH, ...saved].map((value) => stepOf(context, value, H)) };
}

/** Stacked: the gate gradients 3H. */
function stepBackward(
  context: CellContext,
  body: GraphBuilder,
  weights: PreparedWeights,
  recurrentDh: Value,
  [dy, z, r, n, h]: SavedStep,
): ScanStep {
  const { layout, sizes } = context;
  const [gateWeights, candidateWeights] = weights.recurrent;
  const multiply = (a: Value, b: Value) => body.node('Mul', [a, b]);
  const oneMinus = (value: Value) => body.node('Sub', [body.scalar(1), value]);
  const concatenate = (...values: Value[]) =>
    body.node('Concat', values, { attributes: { axis: int(layout.featureAxis) } });
  const dh = body.node('Add', [recurrentDh, dy]);
  const dz = multiply(multiply(dh, body.node('Sub', [h, n])), multiply(z, oneMinus(z)));
  const dn = multiply(multiply(dh, oneMinus(z)), oneMinus(multiply(n, n)));
  const dResetH = layout.recurrentBackward(body, dn, candidateWeights!);
  const dr = multiply(multiply(dResetH, h), multiply(r, oneMinus(r)));
  const gateGradient = concatenate(dz, dr);
  const throughGates = layout.recurrentBackward(body, gateGradient, gateWeights!);
  const previousDh = body.node('Sum', [multiply(dh, z), multiply(dResetH, r), throughGates]);
  return { states: [previousDh], stacked: [stepOf(context, concatenate(gateGradient, dn), 3 * sizes.H)] };
}
