import { Tensor } from 'onnxruntime-node';
import type { ModelConfiguration } from '../lstm/configuration';
import { stateTensorNames } from '../onnx/recurrentStep';

/** What a model remembers of B texts that it reads side by side. Never changed once made, so it may be kept. */
export interface RecurrentState {
  /** B */
  readonly batch: number;
  /** For each layer h, then for the LSTM c: float32 [B, H]. */
  readonly tensors: readonly Tensor[];
}

/** The state before the first character. */
export function zeroState(configuration: ModelConfiguration, batch: number): RecurrentState {
  const { hiddenSize: H } = configuration;
  const tensors = stateTensorNames(configuration).map(
    () => new Tensor('float32', new Float32Array(batch * H), [batch, H]),
  );
  return { batch, tensors };
}

/** The state whose text b is text `rows[b]` of `state`; a row may occur several times or not at all. */
export function selectRows(state: RecurrentState, rows: readonly number[]): RecurrentState {
  const tensors = state.tensors.map((tensor) => {
    const H = tensor.dims[1]!;
    const source = tensor.data as Float32Array;
    const data = new Float32Array(rows.length * H);
    for (const [b, row] of rows.entries()) data.set(source.subarray(row * H, (row + 1) * H), b * H);
    return new Tensor('float32', data, [rows.length, H]);
  });
  return { batch: rows.length, tensors };
}

/** The state as the inputs `layer0.h.in`, … of a graph. */
export function stateFeeds(configuration: ModelConfiguration, state: RecurrentState): Record<string, Tensor> {
  return Object.fromEntries(stateTensorNames(configuration).map((name, i) => [`${name}.in`, state.tensors[i]!]));
}

/** The state from the outputs `layer0.h.out`, … of a graph. */
export function stateFromOutputs(
  configuration: ModelConfiguration,
  outputs: Readonly<Record<string, Tensor>>,
): RecurrentState {
  const tensors = stateTensorNames(configuration).map((name) => outputs[`${name}.out`]!);
  return { batch: tensors[0]!.dims[0]!, tensors };
}
