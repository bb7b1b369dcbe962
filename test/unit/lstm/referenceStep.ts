import { effectiveKeepProbability, fillDropoutMask } from '../../../src/model/lstm/dropoutMask';
import type { BackendSettings, Batch, StepResult, TrainingState } from '../../../src/model/training/backend';
import * as reference from '../../../src/model/training/referenceStep';

/** The reference's training step with the dropout that the settings say. */
export function referenceStep(
  settings: BackendSettings,
  state: TrainingState,
  batch: Batch,
  learningRate: number,
): { state: TrainingState; result: StepResult } {
  const masks = settings.dropout === 0 ? undefined : dropoutMasks(settings, state.step);
  return reference.referenceStep(settings, state, batch, learningRate, masks);
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
