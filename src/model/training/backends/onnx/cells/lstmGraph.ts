import { type GraphBuilder, int, type Value } from '../../../../onnx/graphBuilder';
import {
  bodyInput,
  bodyOutputs,
  type CellContext,
  type CellGraph,
  type PreparedWeights,
  scan,
  statesBefore,
  zeroStep,
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
    const results = scan(context.graph, forwardBody(context, weights, keep), state, [projected], keep ? 4 : 1);
    return { finalState: results.slice(0, 2), outputs: results[2]!, saved: results.slice(3) };
  },

  backward(context, weights, forward, _state, outputGradient) {
    const zero = zeroStep(context);
    const scanned = [outputGradient, ...forward.saved];
    return scan(context.graph, backwardBody(context, weights), [zero, zero], scanned, 1, true)[2]!;
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

/** States h, c; scanned: projected 4H; stacked: h, then the gate derivatives 4H, dh'/dc' and f. */
function forwardBody(
  { graph, layout, sizes: { H } }: CellContext,
  weights: PreparedWeights,
  keep: boolean,
): GraphBuilder {
  const body = graph.subgraph();
  const [state, gates] = [layout.stepShape(H), layout.stepShape(4 * H)];
  const h = bodyInput(body, 'h', state);
  const c = bodyInput(body, 'c', state);
  const projected = bodyInput(body, 'projected', gates);
  const s = body.node('Sigmoid', [layout.recurrent(body, h, weights.recurrent[0]!, projected)]);
  const [i, o, f, sg] = body.split(s, [H, H, H, H], layout.featureAxis) as [Value, Value, Value, Value];
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
    const z = body.node('Concat', [written, nextH, kept, twice], { attributes: { axis: int(layout.featureAxis) } });
    const gateDerivatives = body.node('Sub', [z, body.node('Mul', [z, s])]);
    const cellDerivative = body.node('Sub', [o, body.node('Mul', [nextH, tanhC])]);
    results.push([gateDerivatives, gates], [cellDerivative, state], [f, state]);
  }
  bodyOutputs(body, results);
  return body;
}

/** States dh, dc; scanned: output gradient, then what the forward body saved; stacked: gate gradients 4H. */
function backwardBody({ graph, layout, sizes: { H } }: CellContext, weights: PreparedWeights): GraphBuilder {
  const body = graph.subgraph();
  const [state, gates] = [layout.stepShape(H), layout.stepShape(4 * H)];
  const recurrentDh = bodyInput(body, 'dh', state);
  const recurrentDc = bodyInput(body, 'dc', state);
  const outputGradient = bodyInput(body, 'dy', state);
  const gateDerivatives = bodyInput(body, 'gateDerivatives', gates);
  const cellDerivative = bodyInput(body, 'cellDerivative', state);
  const f = bodyInput(body, 'f', state);
  const dh = body.node('Add', [recurrentDh, outputGradient]);
  const dc = body.node('Add', [body.node('Mul', [dh, cellDerivative]), recurrentDc]);
  const spread = body.node('Concat', [dc, dh, dc, dc], { attributes: { axis: int(layout.featureAxis) } });
  const gateGradient = body.node('Mul', [gateDerivatives, spread]);
  bodyOutputs(body, [
    [layout.recurrentBackward(body, gateGradient, weights.recurrent[0]!), state],
    [body.node('Mul', [f, dc]), state],
    [gateGradient, gates],
  ]);
  return body;
}
