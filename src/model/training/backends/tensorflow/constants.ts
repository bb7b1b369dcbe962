import type { BackendSettings } from '../../backend';
import type { Handle } from './binding';
import type { Operators } from './operators';

/** Tensors that never change, for a model and the size of its batches. */
export interface Constants {
  /** An int64 scalar: T. */
  readonly steps: Handle;
  /** [H] of zeros: the weights of peepholes, which the operators ask for although there are none. */
  readonly noPeephole: Handle;
  /** [B, 0] */
  readonly noInput: Handle;
  /** [B, H] of zeros. */
  readonly zeroState: Handle;
  /** Int32 scalars. */
  readonly rowAxis: Handle;
  readonly vocabularySize: Handle;
  /** The order of the axes of a transposed matrix. */
  readonly swappedAxes: Handle;
  /** What to sum over, to sum a vector. */
  readonly firstAxis: Handle;
  readonly zero: Handle;
  readonly one: Handle;
  /** Shapes: [T·B, H], and [T, B, I] with the I of the first layer and of the others. */
  readonly hiddenRows: Handle;
  readonly characterSteps: Handle;
  readonly hiddenSteps: Handle;
}

export function createConstants(
  run: Operators,
  { model, batchSize: B, sequenceLength: T }: BackendSettings,
): Constants {
  const { hiddenSize: H, vocabularySize: V } = model;
  const vector = (...values: number[]) => run.integers([values.length], Int32Array.from(values));
  const integer = (value: number) => run.integers([], Int32Array.of(value));
  return {
    steps: run.longScalar(T),
    noPeephole: run.floats([H], new Float32Array(H)),
    noInput: run.floats([B, 0], new Float32Array(0)),
    zeroState: run.floats([B, H], new Float32Array(B * H)),
    rowAxis: integer(0),
    vocabularySize: integer(V),
    swappedAxes: vector(1, 0),
    firstAxis: vector(0),
    zero: run.scalar(0),
    one: run.scalar(1),
    hiddenRows: vector(T * B, H),
    characterSteps: vector(T, B, V),
    hiddenSteps: vector(T, B, H),
  };
}
