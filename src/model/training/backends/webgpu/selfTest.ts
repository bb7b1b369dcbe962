import { zeroHidden } from '../../../lstm/hidden';
import { initializeWeights } from '../../../lstm/initialization';
import { forwardBackward } from '../../../lstm/reference';
import { Random } from '../../../random';
import type { BackendSettings, Batch, StepResult, TrainingState } from '../../backend';
import { clipGradients, gradientNorm, updateWeights, zeroMoments } from '../../optimizer';
import type { Gpu } from './gpu';
import type { Tiles } from './tiles';
import { TrainingStep } from './trainingStep';

/** Small, but with edges that no tile divides, more than one layer, and a time longer than a layer's lag. */
const settings: BackendSettings = {
  model: { cellType: 'lstm', vocabularySize: 13, hiddenSize: 21, numLayers: 2 },
  ...{ batchSize: 7, sequenceLength: 22, dropout: 0, seed: 1 },
  ...{ optimizer: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipValue: 0, clipNorm: 0.05 },
};
const steps = 2;
const learningRate = 0.01;
/** Losses and norms in float32 differ by less, on any device. */
const tolerance = 1e-3;

/**
 * Takes some steps of a small model on a device with a choice of tiles and in the reference implementation: whether losses
 * and gradient norms are the same. A driver that compiles a kernel wrongly would otherwise train nonsense.
 */
export async function computesRight(gpu: Gpu, tiles: Tiles): Promise<boolean> {
  const step = await TrainingStep.prepare(gpu, settings, { tiles });
  if (step === null) return false;
  try {
    let state = initialState();
    step.writeState(state);
    for (let index = 0; index < steps; index++) {
      const batch = batchOf(index);
      const expected = referenceStep(state, batch);
      step.writeBatch(batch, index);
      step.writeLearningRate(learningRate, index);
      step.training.submit(1);
      const [loss, norm] = new Float32Array(await gpu.read(step.buffers.result));
      if (!near(loss!, expected.result.loss) || !near(norm!, expected.result.gradientNorm)) return false;
      state = expected.state;
    }
    return true;
  } finally {
    step.destroy();
  }
}

function near(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= tolerance * Math.abs(expected);
}

function initialState(): TrainingState {
  const { model, optimizer, batchSize, seed } = settings;
  const weights = initializeWeights(model, seed);
  return { weights, moments: zeroMoments(model, optimizer), hidden: zeroHidden(model, batchSize), step: 0 };
}

function batchOf(index: number): Batch {
  const { model, batchSize, sequenceLength } = settings;
  const random = Random.fromSeed(index);
  const draw = () =>
    Int32Array.from({ length: batchSize * sequenceLength }, () => random.nextUint32() % model.vocabularySize);
  return { inputs: draw(), targets: draw(), carry: new Float32Array(batchSize).fill(1) };
}

function referenceStep(state: TrainingState, batch: Batch): { state: TrainingState; result: StepResult } {
  const { loss, gradients, hidden } = forwardBackward(settings.model, state.weights, batch, state.hidden, settings);
  const updated = updateWeights(settings, state, clipGradients(gradients, settings), learningRate);
  return {
    state: { ...updated, hidden, step: state.step + 1 },
    result: { loss, gradientNorm: gradientNorm(gradients) },
  };
}
