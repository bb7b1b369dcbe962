import type { GraphBuilder } from '../../../../onnx/graphBuilder';
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

/** The vanilla recurrent network of the essay: h' = tanh(x·W + h·R + b). Its backward scan needs only h' itself. */
export const rnnGraph: CellGraph = {
  prepare({ layout }, { input, recurrent, bias }) {
    return { input, recurrent: [layout.prepareRecurrent(recurrent)], bias };
  },

  forward(context, weights, projected, state) {
    const [finalH, outputs] = scan(context.graph, forwardBody(context, weights), state, [projected], 1);
    return { finalState: [finalH!], outputs: outputs!, saved: [] };
  },

  backward(context, weights, forward, _state, outputGradient) {
    const scanned = [outputGradient, forward.outputs];
    return scan(context.graph, backwardBody(context, weights), [zeroStep(context)], scanned, 1, true)[1]!;
  },

  recurrentGradient(context, forward, state, gateGradient) {
    const { H } = context.sizes;
    return context.layout.weightGradient(statesBefore(context, state[0]!, forward.outputs), H, gateGradient, H);
  },

  restore: (_context, gradient) => gradient,
};

function forwardBody({ graph, layout, sizes: { H } }: CellContext, weights: PreparedWeights): GraphBuilder {
  const body = graph.subgraph();
  const state = layout.stepShape(H);
  const h = bodyInput(body, 'h', state);
  const projected = bodyInput(body, 'projected', state);
  const nextH = body.node('Tanh', [layout.recurrent(body, h, weights.recurrent[0]!, projected)]);
  bodyOutputs(body, [
    [nextH, state],
    [nextH, state],
  ]);
  return body;
}

/** tanh' = 1 − h'². */
function backwardBody({ graph, layout, sizes: { H } }: CellContext, weights: PreparedWeights): GraphBuilder {
  const body = graph.subgraph();
  const state = layout.stepShape(H);
  const recurrentDh = bodyInput(body, 'dh', state);
  const outputGradient = bodyInput(body, 'dy', state);
  const h = bodyInput(body, 'h', state);
  const dh = body.node('Add', [recurrentDh, outputGradient]);
  const derivative = body.node('Sub', [body.scalar(1), body.node('Mul', [h, h])]);
  const gradient = body.node('Mul', [dh, derivative]);
  bodyOutputs(body, [
    [layout.recurrentBackward(body, gradient, weights.recurrent[0]!), state],
    [gradient, state],
  ]);
  return body;
}
