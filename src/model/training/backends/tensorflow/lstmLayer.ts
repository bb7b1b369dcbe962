import type { Handle } from './binding';
import type { Constants } from './constants';
import type { Operators } from './operators';

// One layer over a whole sequence. Forward it is a single operator. Backward, only what has to go step by step does: the
// gradient of one step's gates needs the next step's. The products that give the gradients of the weights and of the
// input wait until all steps are done and are then one large product each, which is several times as fast.

/** The weights of a layer in TensorFlow's order of gates, or the gradients of them: W [I, 4H], R [H, 4H], b [4H]. */
export interface LayerWeights {
  readonly inputWeights: Handle;
  readonly recurrentWeights: Handle;
  readonly bias: Handle;
}

/** What a layer carries from step to step: h and c, each [B, H]. */
export interface LayerState {
  readonly h: Handle;
  readonly c: Handle;
}

/** What the forward pass leaves behind for the backward pass. */
export interface LayerPass {
  /** [T·B, I] */
  readonly input: Handle;
  readonly before: LayerState;
  /** The gates i, f, o and g, the memory and its tanh, and the output: each [T, B, H]. */
  readonly i: Handle;
  readonly f: Handle;
  readonly o: Handle;
  readonly g: Handle;
  readonly c: Handle;
  readonly tanhC: Handle;
  readonly h: Handle;
}

/**
 * @param input [T·B, I]
 * @param shape of the input as [T, B, I].
 */
export function forwardLayer(
  run: Operators,
  constants: Constants,
  weights: LayerWeights,
  input: Handle,
  shape: Handle,
  before: LayerState,
): LayerPass {
  const { steps, noPeephole, rowAxis } = constants;
  const outputs = run.scope(
    () => {
      const stacked = run.concatenate([weights.inputWeights, weights.recurrentWeights], rowAxis);
      const x = run.reshape(input, shape);
      const peepholes = [noPeephole, noPeephole, noPeephole];
      return run.blockLstm([steps, x, before.c, before.h, stacked, ...peepholes, weights.bias]);
    },
    (kept) => kept,
  );
  const [i, c, f, o, g, tanhC, h] = outputs as [Handle, Handle, Handle, Handle, Handle, Handle, Handle];
  return { input, before, i, f, o, g, c, tanhC, h };
}

/** The state after the last step. */
export function stateAfter(run: Operators, { c, h }: LayerPass, T: number): LayerState {
  return run.scope(
    () => ({ c: run.unstack(c, T).at(-1)!, h: run.unstack(h, T).at(-1)! }),
    (state) => Object.values(state),
  );
}

/** The gradients by the weights, and by the input [T·B, I] where it is asked for. */
export interface LayerGradients extends LayerWeights {
  readonly input: Handle | null;
}

/** @param dHidden [T, B, H]: the gradient of the loss by what the layer hands up. */
export function backwardLayer(
  run: Operators,
  constants: Constants,
  weights: LayerWeights,
  pass: LayerPass,
  dHidden: Handle,
  { T, wantsInput }: { T: number; wantsInput: boolean },
): LayerGradients {
  return run.scope(
    () => {
      const { dGates, hiddenBefore } = backThroughTime(run, constants, weights, pass, dHidden, T);
      return {
        inputWeights: run.matrixProduct(pass.input, dGates, { transposeA: true }),
        recurrentWeights: run.matrixProduct(hiddenBefore, dGates, { transposeA: true }),
        bias: run.biasGradient(dGates),
        input: wantsInput ? run.matrixProduct(dGates, weights.inputWeights, { transposeB: true }) : null,
      };
    },
    (gradients) => Object.values(gradients).filter((tensor) => tensor !== null),
  );
}

/** The gradient by the sums that the gates start from [T·B, 4H], and the h that each step started from [T·B, H]. */
function backThroughTime(
  run: Operators,
  { noInput, noPeephole, zeroState, rowAxis, swappedAxes }: Constants,
  { recurrentWeights, bias }: LayerWeights,
  pass: LayerPass,
  dHidden: Handle,
  T: number,
): { dGates: Handle; hiddenBefore: Handle } {
  const peepholes = [noPeephole, noPeephole, noPeephole];
  return run.scope(
    () => {
      const [i, f, o, g, tanhC, dh] = [pass.i, pass.f, pass.o, pass.g, pass.tanhC, dHidden].map((tensor) =>
        run.unstack(tensor, T),
      ) as [Handle[], Handle[], Handle[], Handle[], Handle[], Handle[]];
      const c = [pass.before.c, ...run.unstack(pass.c, T)];
      const h = [pass.before.h, ...run.unstack(pass.h, T)];
      // Its rows are read in order, T times: turned round once, the products take half as long.
      const transposed = run.transpose(recurrentWeights, swappedAxes);
      const dGates: Handle[] = new Array(T);
      let dMemory = zeroState;
      let dOutput = dh[T - 1]!;
      for (let t = T - 1; t >= 0; t--) {
        // The operator looks at the shapes alone of the input and the weights: none and R will do.
        const step = run.lstmCellGradient([
          ...[noInput, c[t]!, h[t]!, recurrentWeights, ...peepholes, bias],
          ...[i[t]!, c[t + 1]!, f[t]!, o[t]!, g[t]!, tanhC[t]!, dMemory, dOutput],
        ]);
        dGates[t] = step.gates;
        if (t === 0) break;
        dMemory = step.memory;
        dOutput = run.add(run.matrixProduct(step.gates, transposed), dh[t - 1]!);
      }
      return { dGates: run.concatenate(dGates, rowAxis), hiddenBefore: run.concatenate(h.slice(0, T), rowAxis) };
    },
    (kept) => Object.values(kept),
  );
}
