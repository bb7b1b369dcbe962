import { type Cell, preactivation, preactivationBackward, sigmoid } from './cell';

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997) with a forget gate (Gers, Schmidhuber and Cummins, 2000)
 * and no peepholes, as in char-rnn. With a = x·W + h·R + b in blocks i, o, f, g of H columns:
 *
 *     i = σ(a_i)   o = σ(a_o)   f = σ(a_f)   g = tanh(a_g)
 *     c' = f∘c + i∘g
 *     h' = o∘tanh(c')
 *
 * The memory c changes by a sum, not by a product with R: along it a gradient lives as long as f stays near 1.
 */
export const lstm: Cell = (weights, x, { h, c }) => {
  const H = h.length;
  const a = preactivation(weights, x, h);
  const i = a.subarray(0, H).map(sigmoid);
  const o = a.subarray(H, 2 * H).map(sigmoid);
  const f = a.subarray(2 * H, 3 * H).map(sigmoid);
  const g = a.subarray(3 * H).map(Math.tanh);

  const cNext = c.map((cj, j) => f[j]! * cj + i[j]! * g[j]!);
  const tanhC = cNext.map(Math.tanh);
  const hNext = tanhC.map((tj, j) => o[j]! * tj);

  return {
    state: { h: hNext, c: cNext },
    backward(dState, gradients) {
      const da = new Float64Array(4 * H);
      const dc = new Float64Array(H);
      for (let j = 0; j < H; j++) {
        const [ij, oj, fj, gj] = [i[j]!, o[j]!, f[j]!, g[j]!];
        const dhNext = dState.h[j]!;
        const dcNext = dState.c[j]! + dhNext * oj * (1 - tanhC[j]! ** 2);
        da[j] = dcNext * gj * ij * (1 - ij);
        da[H + j] = dhNext * tanhC[j]! * oj * (1 - oj);
        da[2 * H + j] = dcNext * c[j]! * fj * (1 - fj);
        da[3 * H + j] = dcNext * ij * (1 - gj ** 2);
        dc[j] = dcNext * fj;
      }
      const { dx, dh } = preactivationBackward(weights, gradients, x, h, da);
      return { dx, dPrevious: { h: dh, c: dc } };
    },
  };
};
