import { zeroHidden } from '../../../lstm/hidden';
import { initializeWeights } from '../../../lstm/initialization';
import { forwardBackward } from '../../../lstm/reference';
import { Random } from '../../../random';
import type { BackendSettings, Batch, StepResult, TrainingState } from '../../backend';
import { clipGradients, gradientNorm, updateWeights, zeroMoments } from '../../optimizer';
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

/** By how much the results of a test may differ from what they are compared with, as a share of it. */
interface Tolerance {
  readonly steps: number;
  readonly loss: number;
  readonly gradientNorm: number;
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
    const step = referenceStep(state, batchOf(small, index));
    state = step.state;
    return step.result;
  });
  const found = await firstSteps(gpu, small, choice, expected.length);
  return found !== null && agree(found, expected, besideReference);
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
  return expected !== null && found !== null && agree(found, expected, besidePlain);
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

function agree(found: readonly StepResult[], expected: readonly StepResult[], tolerance: Tolerance): boolean {
  const near = (key: keyof StepResult) =>
    found.every((step, i) => Math.abs(step[key] - expected[i]![key]) <= tolerance[key] * Math.abs(expected[i]![key]));
  return near('loss') && near('gradientNorm');
}

function initialState({ model, optimizer, batchSize, seed }: BackendSettings): TrainingState {
  const weights = initializeWeights(model, seed);
  return { weights, moments: zeroMoments(model, optimizer), hidden: zeroHidden(model, batchSize), step: 0 };
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

function referenceStep(state: TrainingState, batch: Batch): { state: TrainingState; result: StepResult } {
  const { loss, gradients, hidden } = forwardBackward(small.model, state.weights, batch, state.hidden, small);
  const updated = updateWeights(small, state, clipGradients(gradients, small), learningRate);
  return {
    state: { ...updated, hidden, step: state.step + 1 },
    result: { loss, gradientNorm: gradientNorm(gradients) },
  };
}
