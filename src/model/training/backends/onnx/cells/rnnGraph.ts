import { type GraphBuilder, int } from '../../../../onnx/graphBuilder';
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

/** The vanilla recurrent network of the essay: h' = tanh(x·W + h·R + b). Its backward scan needs only h' itself. */
export const rnnGraph: CellGraph = {
  prepare(graph, weights) {
    const { input, recurrent, bias } = weights;
    return { input, recurrentTransposed: graph.transpose(recurrent, [1, 0]), bias };
  },

  forward(graph, weights, projected, state, _keep, sizes) {
    const [finalH, outputs] = scan(graph, forwardBody(graph, weights, sizes), state, [projected], 1);
    return { finalState: [finalH!], outputs: outputs!, saved: [] };
  },

  backward(graph, weights, forward, _state, outputGradient, sizes) {
    const zero = graph.constant(new Float32Array(sizes.B * sizes.H), [sizes.B, sizes.H]);
    return scan(graph, backwardBody(graph, weights, sizes), [zero], [outputGradient, forward.outputs], 1, true)[1]!;
  },

  recurrentGradient(graph, forward, state, gateGradient, sizes) {
    const before = statesBefore(graph, state[0]!, forward.outputs, sizes);
    return outerProduct(graph, before, sizes.H, gateGradient, sizes.H, sizes);
  },

  restore: (_graph, gradient) => gradient,
};

function forwardBody(graph: GraphBuilder, weights: PreparedWeights, { B, H }: Sizes): GraphBuilder {
  const body = graph.subgraph();
  const h = bodyInput(body, 'h', [B, H]);
  const projected = bodyInput(body, 'projected', [B, H]);
  const activations = body.node('Gemm', [h, weights.recurrentTransposed, projected], {
    attributes: { transB: int(1) },
  });
  const nextH = body.node('Tanh', [activations]);
  bodyOutputs(body, [
    [nextH, [B, H]],
    [nextH, [B, H]],
  ]);
  return body;
}

/** tanh' = 1 − h'². */
function backwardBody(graph: GraphBuilder, weights: PreparedWeights, { B, H }: Sizes): GraphBuilder {
  const body = graph.subgraph();
  const recurrentDh = bodyInput(body, 'dh', [B, H]);
  const outputGradient = bodyInput(body, 'dy', [B, H]);
  const h = bodyInput(body, 'h', [B, H]);
  const dh = body.node('Add', [recurrentDh, outputGradient]);
  const derivative = body.node('Sub', [body.scalar(1), body.node('Mul', [h, h])]);
  const gradient = body.node('Mul', [dh, derivative]);
  bodyOutputs(body, [
    [body.node('MatMul', [gradient, weights.recurrentTransposed]), [B, H]],
    [gradient, [B, H]],
  ]);
  return body;
}
