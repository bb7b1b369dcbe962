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
  prepare(graph, weights, sizes) {
    const scale = gateScale(graph, sizes);
    return {
      input: graph.node('Mul', [weights.input, scale]),
      recurrentTransposed: graph.transpose(graph.node('Mul', [weights.recurrent, scale]), [1, 0]),
      bias: graph.node('Mul', [weights.bias, scale]),
    };
  },

  forward(graph, weights, projected, state, keep, sizes) {
    const body = forwardBody(graph, weights, keep, sizes);
    const results = scan(graph, body, state, [projected], keep ? 4 : 1);
    return { finalState: results.slice(0, 2), outputs: results[2]!, saved: results.slice(3) };
  },

  backward(graph, weights, forward, _state, outputGradient, sizes) {
    const zero = graph.constant(new Float32Array(sizes.B * sizes.H), [sizes.B, sizes.H]);
    const body = backwardBody(graph, weights, sizes);
    return scan(graph, body, [zero, zero], [outputGradient, ...forward.saved], 1, true)[2]!;
  },

  recurrentGradient(graph, forward, state, gateGradient, sizes) {
    const before = statesBefore(graph, state[0]!, forward.outputs, sizes);
    return outerProduct(graph, before, sizes.H, gateGradient, 4 * sizes.H, sizes);
  },

  restore(graph, gradient, sizes) {
    return graph.node('Mul', [gradient, gateScale(graph, sizes)]);
  },
};

/** [4H]: 1 for i, o and f, 2 for g. */
function gateScale(graph: GraphBuilder, { H }: Sizes): Value {
  return graph.constant(new Float32Array(4 * H).fill(1).fill(2, 3 * H), [4 * H]);
}

/** States h, c; scanned: projected [B, 4H]; stacked: h, then gate derivatives [B, 4H], dh'/dc' and f [B, H]. */
function forwardBody(graph: GraphBuilder, weights: PreparedWeights, keep: boolean, { B, H }: Sizes): GraphBuilder {
  const body = graph.subgraph();
  const [state, gates] = [
    [B, H],
    [B, 4 * H],
  ] as const;
  const h = bodyInput(body, 'h', state);
  const c = bodyInput(body, 'c', state);
  const projected = bodyInput(body, 'projected', gates);
  const activations = body.node('Gemm', [h, weights.recurrentTransposed, projected], {
    attributes: { transB: int(1) },
  });
  const s = body.node('Sigmoid', [activations]);
  const [i, o, f, sg] = body.split(s, [H, H, H, H], 1) as [Value, Value, Value, Value];
  const kept = body.node('Mul', [f, c]);
  const half = body.node('Mul', [i, sg]);
  const twice = body.node('Add', [half, half]);
  const written = body.node('Sub', [twice, i]);
  const nextC = body.node('Add', [kept, written]);
  const tanhC = body.node('Tanh', [nextC]);
  const nextH = body.node('Mul', [o, tanhC]);
  const results: [Value, readonly number[]][] = [
    [nextH, state],
    [nextC, state],
    [nextH, state],
  ];
  if (keep) {
    const z = body.node('Concat', [written, nextH, kept, twice], { attributes: { axis: int(1) } });
    const gateDerivatives = body.node('Sub', [z, body.node('Mul', [z, s])]);
    const cellDerivative = body.node('Sub', [o, body.node('Mul', [nextH, tanhC])]);
    results.push([gateDerivatives, gates], [cellDerivative, state], [f, state]);
  }
  bodyOutputs(body, results);
  return body;
}

/** States dh, dc; scanned: output gradient, then what the forward body saved; stacked: gate gradients [B, 4H]. */
function backwardBody(graph: GraphBuilder, weights: PreparedWeights, { B, H }: Sizes): GraphBuilder {
  const body = graph.subgraph();
  const [state, gates] = [
    [B, H],
    [B, 4 * H],
  ] as const;
  const recurrentDh = bodyInput(body, 'dh', state);
  const recurrentDc = bodyInput(body, 'dc', state);
  const outputGradient = bodyInput(body, 'dy', state);
  const gateDerivatives = bodyInput(body, 'gateDerivatives', gates);
  const cellDerivative = bodyInput(body, 'cellDerivative', state);
  const f = bodyInput(body, 'f', state);
  const dh = body.node('Add', [recurrentDh, outputGradient]);
  const dc = body.node('Add', [body.node('Mul', [dh, cellDerivative]), recurrentDc]);
  const spread = body.node('Concat', [dc, dh, dc, dc], { attributes: { axis: int(1) } });
  const gateGradient = body.node('Mul', [gateDerivatives, spread]);
  bodyOutputs(body, [
    [body.node('MatMul', [gateGradient, weights.recurrentTransposed]), state],
    [body.node('Mul', [f, dc]), state],
    [gateGradient, gates],
  ]);
  return body;
}
