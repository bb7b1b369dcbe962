import { initializeWeights } from '../../../lstm/initialization';
import { Random } from '../../../random';
import type { BackendSettings, Batch, StepResult, TrainingState } from '../../backend';
import { freshState, referenceStep, type StepTolerance, sameResults } from '../../referenceStep';
import type { Gpu } from './gpu';
import type { KernelChoice } from './tiles';
import { TrainingStep } from './trainingStep';

/** Small, but with edges that no tile divides, more than one layer, and a time longer than a layer's lag. */
const small: BackendSettings = {
  model: { cellType: 'lstm', vocabularySize: 13, hiddenSize: 21, numLayers: 2 },
  ...{ batchSize: 7, sequenceLength: 22, dropout: 0, seed: 1 },
  ...{ optimizer: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipValue: 0, clipNorm: 0.05 },
};
const learningRate = 0.01;

interface Tolerance extends StepTolerance {
  readonly steps: number;
}

/** What float32 on any device stays within, beside float64. */
const besideReference: Tolerance = { steps: 2, loss: 1e-3, gradientNorm: 1e-3 };
/** Factors rounded to 16 bits are off by up to 0.05 %, in either direction; errors of a kernel are far larger. */
const besidePlain: Tolerance = { steps: 10, loss: 2e-3, gradientNorm: 2e-2 };

/**
 * Takes some steps of a small model on a device with a choice of kernels and in the reference implementation: whether
 * losses and gradient norms are the same. A driver that compiles a kernel wrongly would otherwise train nonsense.
 */
export async function computesRight(gpu: Gpu, choice: KernelChoice): Promise<boolean> {
  let state = initialState(small);
  const expected = Array.from({ length: besideReference.steps }, (_, index) => {
    const step = referenceStep(small, state, batchOf(small, index), learningRate);
    state = step.state;
    return step.result;
  });
  const found = await firstSteps(gpu, small, choice, expected.length);
  return found !== null && sameResults(found, expected, besideReference);
}

/**
 * Takes the first steps of a training with one choice of kernels and with another: whether losses and gradient norms are
 * the same. It is asked with the sizes of the very model that is to be trained, whose numbers may be smaller or larger.
 */
export async function sameLosses(
  gpu: Gpu,
  settings: BackendSettings,
  plain: KernelChoice,
  other: KernelChoice,
): Promise<boolean> {
  const expected = await firstSteps(gpu, settings, plain, besidePlain.steps);
  const found = await firstSteps(gpu, settings, other, besidePlain.steps);
  return expected !== null && found !== null && sameResults(found, expected, besidePlain);
}

/** Null where there is too little memory. */
async function firstSteps(
  gpu: Gpu,
  settings: BackendSettings,
  choice: KernelChoice,
  count: number,
): Promise<StepResult[] | null> {
  const step = await TrainingStep.prepare(gpu, settings, { choice });
  if (step === null) return null;
  try {
    step.writeState(initialState(settings));
    const results: StepResult[] = [];
    for (let index = 0; index < count; index++) {
      step.writeBatch(batchOf(settings, index), index);
      step.writeLearningRate(learningRate, index);
      step.training.submit(4);
      const [loss, gradientNorm] = new Float32Array(await gpu.read(step.buffers.result));
      results.push({ loss: loss!, gradientNorm: gradientNorm! });
    }
    return results;
  } finally {
    step.destroy();
  }
}

function initialState(settings: BackendSettings): TrainingState {
  return freshState(settings, initializeWeights(settings.model, settings.seed));
}

/** Text of two kinds of character by turns, random otherwise: there is something to learn, so that gradients count. */
function batchOf({ model, batchSize, sequenceLength }: BackendSettings, index: number): Batch {
  const random = Random.fromSeed(index);
  const half = Math.ceil(model.vocabularySize / 2);
  const draw = (parity: number) =>
    Int32Array.from({ length: batchSize * sequenceLength }, (_, i) => {
      const upper = (Math.floor(i / batchSize) + parity) % 2;
      return upper === 0 ? random.nextUint32() % half : half + (random.nextUint32() % (model.vocabularySize - half));
    });
  return { inputs: draw(0), targets: draw(1), carry: new Float32Array(batchSize).fill(1) };
}
