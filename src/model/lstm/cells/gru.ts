import { addOuterProduct, addProduct, addVector, columnBlock, productWithTranspose } from '../linearAlgebra';
import { type Cell, sigmoid } from './cell';

/**
 * The gated recurrent unit (Cho et al., 2014). With blocks z, r, n of H columns in W, R and b:
 *
 *     z = σ(x·W_z + h·R_z + b_z)   r = σ(x·W_r + h·R_r + b_r)
 *     n = tanh(x·W_n + (r∘h)·R_n + b_n)
 *     h' = (1 − z)∘n + z∘h
 *
 * The reset gate acts on h before the product with R_n, as in the paper and in char-rnn (ONNX: linear_before_reset = 0;
 * PyTorch and cuDNN do it the other way round). z keeps the old state, as in ONNX; in char-rnn it takes the new one.
 */
export const gru: Cell = (weights, x, { h, c }) => {
  const H = h.length;
  const gateWeights = columnBlock(weights.recurrentWeights, 0, 2 * H);
  const candidateWeights = columnBlock(weights.recurrentWeights, 2 * H, H);

  const a = Float64Array.from(weights.bias);
  addProduct(a, x, weights.inputWeights);
  addProduct(a.subarray(0, 2 * H), h, gateWeights);
  const z = a.subarray(0, H).map(sigmoid);
  const r = a.subarray(H, 2 * H).map(sigmoid);
  const resetH = h.map((hj, j) => r[j]! * hj);
  addProduct(a.subarray(2 * H), resetH, candidateWeights);
  const n = a.subarray(2 * H).map(Math.tanh);

  const hNext = h.map((hj, j) => (1 - z[j]!) * n[j]! + z[j]! * hj);

  return {
    state: { h: hNext, c },
    backward(dState, gradients) {
      const da = new Float64Array(3 * H);
      const [daGates, daN] = [da.subarray(0, 2 * H), da.subarray(2 * H)];
      for (let j = 0; j < H; j++) {
        da[j] = dState.h[j]! * (h[j]! - n[j]!) * z[j]! * (1 - z[j]!);
        daN[j] = dState.h[j]! * (1 - z[j]!) * (1 - n[j]! ** 2);
      }
      const dResetH = productWithTranspose(daN, candidateWeights);
      for (let j = 0; j < H; j++) da[H + j] = dResetH[j]! * h[j]! * r[j]! * (1 - r[j]!);

      addOuterProduct(gradients.inputWeights, x, da);
      addOuterProduct(columnBlock(gradients.recurrentWeights, 0, 2 * H), h, daGates);
      addOuterProduct(columnBlock(gradients.recurrentWeights, 2 * H, H), resetH, daN);
      addVector(gradients.bias, da);

      const dh = productWithTranspose(daGates, gateWeights);
      for (let j = 0; j < H; j++) dh[j]! += dState.h[j]! * z[j]! + dResetH[j]! * r[j]!;
      return { dx: productWithTranspose(da, weights.inputWeights), dPrevious: { h: dh, c } };
    },
  };
};
