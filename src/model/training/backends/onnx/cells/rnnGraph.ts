import type { Value } from '../../../../onnx/graphBuilder';
import { appendScan } from '../../../../onnx/scan';
import { prepareRecurrent } from '../layout';
import { type CellGraph, statesBefore, stepOf, zeroStep } from './cell';

/** The vanilla recurrent network of the essay: h' = tanh(x·W + h·R + b). Its backward scan needs only h' itself. */
export const rnnGraph: CellGraph = {
  gateWidth: (H) => H,

  prepare({ graph }, { input, recurrent, bias }) {
    return { input, recurrent: [prepareRecurrent(graph, recurrent)], bias };
  },

  forward(context, weights, projected, state) {
    const { graph, layout, sizes } = context;
    const step = (value: Value) => stepOf(context, value, sizes.H);
    const [finalH, outputs] = appendScan(graph, [step(state[0]!)], [step(projected)], (body, [h], [a]) => {
      const nextH = body.node('Tanh', [layout.recurrent(body, h!, weights.recurrent[0]!, a!)]);
      return { states: [nextH], stacked: [step(nextH)] };
    });
    return { finalState: [finalH!], outputs: outputs!, saved: [] };
  },

  /** tanh' = 1 − h'². */
  backward(context, weights, forward, _state, outputGradient) {
    const { graph, layout, sizes } = context;
    const step = (value: Value) => stepOf(context, value, sizes.H);
    const scanned = [step(outputGradient), step(forward.outputs)];
    const results = appendScan(
      graph,
      [step(zeroStep(context))],
      scanned,
      (body, [recurrentDh], [dy, h]) => {
        const dh = body.node('Add', [recurrentDh!, dy!]);
        const derivative = body.node('Sub', [body.scalar(1), body.node('Mul', [h!, h!])]);
        const gradient = body.node('Mul', [dh, derivative]);
        const previousDh = layout.recurrentBackward(body, gradient, weights.recurrent[0]!);
        return { states: [previousDh], stacked: [step(gradient)] };
      },
      true,
    );
    return results[1]!;
  },

  recurrentGradient(context, forward, state, gateGradient) {
    const { H } = context.sizes;
    return context.layout.weightGradient(statesBefore(context, state[0]!, forward.outputs), H, gateGradient, H);
  },

  restore: (_context, gradient) => gradient,
};
