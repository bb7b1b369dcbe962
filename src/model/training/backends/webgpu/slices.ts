import type { BackendSettings, Batch } from '../../backend';
import type { StepShape } from './shape';

/** The part of a batch that belongs to a slice. Streams beyond the last have targets that are left out. */
export function sliceOf(batch: Batch, settings: BackendSettings, { streams, steps }: StepShape, index: number) {
  const { batchSize: B, model } = settings;
  const first = index * streams;
  const count = Math.min(streams, B - first);
  const inputs = new Int32Array(steps * streams);
  const targets = new Int32Array(steps * streams).fill(model.vocabularySize);
  for (let t = 0; t < steps; t++) {
    inputs.set(batch.inputs.subarray(t * B + first, t * B + first + count), t * streams);
    targets.set(batch.targets.subarray(t * B + first, t * B + first + count), t * streams);
  }
  const carry = new Float32Array(streams);
  carry.set(batch.carry.subarray(first, first + count));
  return { inputs, targets, carry };
}
