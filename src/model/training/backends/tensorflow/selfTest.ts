import { initializeWeights } from '../../../lstm/initialization';
import { Random } from '../../../random';
import type { BackendSettings, Batch, TrainingBackend } from '../../backend';
import { freshState, referenceStep, type StepTolerance, sameResults } from '../../referenceStep';

const settings: BackendSettings = {
  model: { cellType: 'lstm', vocabularySize: 11, hiddenSize: 12, numLayers: 2 },
  ...{ batchSize: 4, sequenceLength: 7, dropout: 0, seed: 1 },
  ...{ optimizer: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipValue: 0, clipNorm: 0.05 },
};
const learningRate = 0.01;
const steps = 2;
/** What float32 stays within beside float64; TF32, which TensorFlow uses on newer GPUs, has 10 bits in its factors. */
const tolerance: StepTolerance = { loss: 5e-3, gradientNorm: 5e-3 };

/**
 * Takes the first steps of a small model with a backend and with the reference implementation: whether losses and
 * gradient norms are the same. Versions of TensorFlow, of CUDA and of drivers are many, and this one may be new.
 */
export async function computesRight(open: (settings: BackendSettings) => TrainingBackend): Promise<boolean> {
  let state = freshState(settings, initializeWeights(settings.model, settings.seed));
  const backend = open(settings);
  try {
    await backend.load(state);
    for (let step = 0; step < steps; step++) {
      const batch = batchOf(step);
      const expected = referenceStep(settings, state, batch, learningRate);
      const found = await backend.step(batch, learningRate);
      if (!sameResults([found], [expected.result], tolerance)) return false;
      state = expected.state;
    }
    return true;
  } finally {
    await backend.dispose();
  }
}

function batchOf(step: number): Batch {
  const { model, batchSize, sequenceLength } = settings;
  const random = Random.fromSeed(step);
  const draw = () =>
    Int32Array.from({ length: batchSize * sequenceLength }, () => random.nextUint32() % model.vocabularySize);
  return { inputs: draw(), targets: draw(), carry: new Float32Array(batchSize).fill(1) };
}
