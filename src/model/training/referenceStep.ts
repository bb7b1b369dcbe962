import { zeroHidden } from '../lstm/hidden';
import { forwardBackward, type SequenceOptions } from '../lstm/reference';
import type { Weights } from '../lstm/weights';
import type { BackendSettings, Batch, StepResult, TrainingState } from './backend';
import { clipGradients, gradientNorm, updateWeights, zeroMoments } from './optimizer';

/** Where a training starts that has these weights: nothing carried, no moments, no steps. */
export function freshState(
  { model, optimizer, batchSize }: Pick<BackendSettings, 'model' | 'optimizer' | 'batchSize'>,
  weights: Weights,
): TrainingState {
  return { weights, moments: zeroMoments(model, optimizer), hidden: zeroHidden(model, batchSize), step: 0 };
}

/**
 * The training step that every backend must take, in plain TypeScript: forward, backward, clip, update.
 *
 * @param dropoutMasks as the reference takes them; without them nothing is dropped.
 */
export function referenceStep(
  settings: BackendSettings,
  state: TrainingState,
  batch: Batch,
  learningRate: number,
  dropoutMasks?: SequenceOptions['dropoutMasks'],
): { state: TrainingState; result: StepResult } {
  const { model, batchSize, sequenceLength } = settings;
  const options = { batchSize, sequenceLength, ...(dropoutMasks && { dropoutMasks }) };
  const { loss, gradients, hidden } = forwardBackward(model, state.weights, batch, state.hidden, options);
  const updated = updateWeights(settings, state, clipGradients(gradients, settings), learningRate);
  return {
    state: { ...updated, hidden, step: state.step + 1 },
    result: { loss, gradientNorm: gradientNorm(gradients) },
  };
}

/** By how much the results of a step may differ from what they are compared with, as a share of it. */
export type StepTolerance = Readonly<Record<keyof StepResult, number>>;

/** Whether the losses and gradient norms of some steps are the same within a tolerance. */
export function sameResults(
  found: readonly StepResult[],
  expected: readonly StepResult[],
  tolerance: StepTolerance,
): boolean {
  const near = (key: keyof StepResult) =>
    found.every((step, i) => Math.abs(step[key] - expected[i]![key]) <= tolerance[key] * Math.abs(expected[i]![key]));
  return near('loss') && near('gradientNorm');
}
