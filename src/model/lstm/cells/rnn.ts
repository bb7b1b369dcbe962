import { type Cell, preactivation, preactivationBackward } from './cell';

/**
 * The vanilla recurrent network of the essay (Elman, 1990):
 *
 *     h' = tanh(x·W + h·R + b)
 */
export const rnn: Cell = (weights, x, { h, c }) => {
  const hNext = preactivation(weights, x, h).map(Math.tanh);
  return {
    state: { h: hNext, c },
    backward(dState, gradients) {
      const da = dState.h.map((dh, j) => dh * (1 - hNext[j]! ** 2));
      const { dx, dh } = preactivationBackward(weights, gradients, x, h, da);
      return { dx, dPrevious: { h: dh, c } };
    },
  };
};
