import { type GraphBuilder, int, type Value } from '../../../../onnx/graphBuilder';
import {
  bodyInput,
  bodyOutputs,
  type CellGraph,
  outerProduct,
  type PreparedWeights,
  type Sizes,
  scan,
  statesBefore,
} from './cell';

/**
 * The gated recurrent unit (Cho et al. 2014), as char-rnn has it: the reset gate acts before the recurrent product.
 *
 *     z, r = σ(a_z + h·R_z), σ(a_r + h·R_r)     n = tanh(a_n + (r∘h)·R_n)     h' = (1 − z)∘n + z∘h
 */
export const gruGraph: CellGraph = {
  prepare(graph, weights) {
    const { input, recurrent, bias } = weights;
    return { input, recurrentTransposed: graph.transpose(recurrent, [1, 0]), bias };
  },

  forward(graph, weights, projected, state, keep, sizes) {
    const body = forwardBody(graph, splitWeights(graph, weights, sizes), keep, sizes);
    const results = scan(graph, body, state, [projected], keep ? 5 : 1);
    return { finalState: [results[0]!], outputs: results[1]!, saved: results.slice(2) };
  },

  backward(graph, weights, forward, state, outputGradient, sizes) {
    const zero = graph.constant(new Float32Array(sizes.B * sizes.H), [sizes.B, sizes.H]);
    const before = statesBefore(graph, state[0]!, forward.outputs, sizes);
    const [z, r, n] = forward.saved as [Value, Value, Value, Value];
    const body = backwardBody(graph, splitWeights(graph, weights, sizes), sizes);
    return scan(graph, body, [zero], [outputGradient, z, r, n, before], 1, true)[1]!;
  },

  recurrentGradient(graph, forward, state, gateGradient, sizes) {
    const { T, B, H } = sizes;
    const before = statesBefore(graph, state[0]!, forward.outputs, sizes);
    const [gates, candidate] = graph.split(graph.reshape(gateGradient, [T * B, 3 * H]), [2 * H, H], 1);
    const resetH = forward.saved[3]!;
    const parts = [
      outerProduct(graph, before, H, gates!, 2 * H, sizes),
      outerProduct(graph, resetH, H, candidate!, H, sizes),
    ];
    return graph.node('Concat', parts, { attributes: { axis: int(1) } });
  },

  restore: (_graph, gradient) => gradient,
};

interface GruRecurrent {
  /** [2H, H]: of the update and the reset gate. */
  readonly gates: Value;
  /** [H, H]: of the candidate. */
  readonly candidate: Value;
}

function splitWeights(graph: GraphBuilder, weights: PreparedWeights, { H }: Sizes): GruRecurrent {
  const [gates, candidate] = graph.split(weights.recurrentTransposed, [2 * H, H], 0);
  return { gates: gates!, candidate: candidate! };
}

/** State h; scanned: projected [B, 3H]; stacked: h', then z, r, n and r∘h. */
function forwardBody(graph: GraphBuilder, weights: GruRecurrent, keep: boolean, { B, H }: Sizes): GraphBuilder {
  const body = graph.subgraph();
  const state = [B, H];
  const h = bodyInput(body, 'h', state);
  const projected = bodyInput(body, 'projected', [B, 3 * H]);
  const [projectedGates, projectedN] = body.split(projected, [2 * H, H], 1) as [Value, Value];
  const transB = { attributes: { transB: int(1) } };
  const gates = body.node('Sigmoid', [body.node('Gemm', [h, weights.gates, projectedGates], transB)]);
  const [z, r] = body.split(gates, [H, H], 1) as [Value, Value];
  const resetH = body.node('Mul', [r, h]);
  const n = body.node('Tanh', [body.node('Gemm', [resetH, weights.candidate, projectedN], transB)]);
  const nextH = body.node('Add', [n, body.node('Mul', [z, body.node('Sub', [h, n])])]);
  const saved = keep ? [z, r, n, resetH] : [];
  bodyOutputs(
    body,
    [nextH, nextH, ...saved].map((value) => [value, state] as const),
  );
  return body;
}

/** State dh; scanned: output gradient, z, r, n, h; stacked: gate gradients [B, 3H]. */
function backwardBody(graph: GraphBuilder, weights: GruRecurrent, { B, H }: Sizes): GraphBuilder {
  const body = graph.subgraph();
  const state = [B, H];
  const [recurrentDh, outputGradient, z, r, n, h] = ['dh', 'dy', 'z', 'r', 'n', 'h'].map((hint) =>
    bodyInput(body, hint, state),
  ) as [Value, Value, Value, Value, Value, Value];
  const multiply = (a: Value, b: Value) => body.node('Mul', [a, b]);
  const oneMinus = (value: Value) => body.node('Sub', [body.scalar(1), value]);
  const dh = body.node('Add', [recurrentDh, outputGradient]);
  const dz = multiply(multiply(dh, body.node('Sub', [h, n])), multiply(z, oneMinus(z)));
  const dn = multiply(multiply(dh, oneMinus(z)), oneMinus(multiply(n, n)));
  const dResetH = body.node('MatMul', [dn, weights.candidate]);
  const dr = multiply(multiply(dResetH, h), multiply(r, oneMinus(r)));
  const gateGradient = body.node('Concat', [dz, dr], { attributes: { axis: int(1) } });
  const throughGates = body.node('MatMul', [gateGradient, weights.gates]);
  const previousDh = body.node('Sum', [multiply(dh, z), multiply(dResetH, r), throughGates]);
  const all = body.node('Concat', [gateGradient, dn], { attributes: { axis: int(1) } });
  bodyOutputs(body, [
    [previousDh, state],
    [all, [B, 3 * H]],
  ]);
  return body;
}
