import { effectiveKeepProbability, fillDropoutMask } from '../../../src/model/lstm/dropoutMask';
import { forwardBackward } from '../../../src/model/lstm/reference';
import type { BackendSettings, Batch, StepResult, TrainingState } from '../../../src/model/training/backend';
import { clipGradients, gradientNorm, updateWeights } from '../../../src/model/training/optimizer';

/** The training step that every backend must take: forward, backward, clip, update; in plain TypeScript. */
export function referenceStep(
  settings: BackendSettings,
  state: TrainingState,
  batch: Batch,
  learningRate: number,
): { state: TrainingState; result: StepResult } {
  const { model, batchSize, sequenceLength, dropout } = settings;
  const options = {
    batchSize,
    sequenceLength,
    ...(dropout === 0 ? {} : { dropoutMasks: dropoutMasks(settings, state.step) }),
  };
  const { loss, gradients, hidden } = forwardBackward(model, state.weights, batch, state.hidden, options);
  const updated = updateWeights(settings, state, clipGradients(gradients, settings), learningRate);
  return {
    state: { ...updated, hidden, step: state.step + 1 },
    result: { loss, gradientNorm: gradientNorm(gradients) },
  };
}

/** For each layer the factors 0 or 1 / keepProbability, [T, B, H]. */
export function dropoutMasks(settings: BackendSettings, step: number): Float32Array[] {
  const { model, batchSize, sequenceLength, dropout, seed } = settings;
  const keepProbability = effectiveKeepProbability(dropout);
  const { hiddenSize: H } = model;
  return Array.from({ length: model.numLayers }, (_, layer) => {
    const factors = new Float32Array(sequenceLength * batchSize * H);
    const ofStream = new Uint8Array(sequenceLength * H);
    for (let stream = 0; stream < batchSize; stream++) {
      fillDropoutMask(ofStream, { seed, step, layer, stream, keepProbability });
      ofStream.forEach((kept, i) => {
        const t = Math.floor(i / H);
        factors[(t * batchSize + stream) * H + (i % H)] = kept / keepProbability;
      });
    }
    return factors;
  });
}
