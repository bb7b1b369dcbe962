import { initializeWeights } from '../../model/lstm/initialization';
import { parameterCount } from '../../model/lstm/weights';
import { threadsAsleep } from '../../model/onnx/threadsAsleep';
import type { BackendSettings, Batch, TrainingBackend } from '../../model/training/backend';
import { freshState } from '../../model/training/referenceStep';

/** A training step to measure. */
export interface Shape {
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly batchSize: number;
  readonly sequenceLength: number;
}

export const vocabularySize = 96;
export const learningRate = 2e-3;

export const cpuShapes: readonly Shape[] = [
  { hiddenSize: 128, numLayers: 2, batchSize: 50, sequenceLength: 50 },
  { hiddenSize: 512, numLayers: 2, batchSize: 100, sequenceLength: 100 },
  { hiddenSize: 512, numLayers: 3, batchSize: 50, sequenceLength: 50 },
];

export const gpuShapes: readonly Shape[] = [
  ...cpuShapes,
  { hiddenSize: 700, numLayers: 3, batchSize: 100, sequenceLength: 100 },
];

export function nameOf({ hiddenSize, numLayers, batchSize, sequenceLength }: Shape): string {
  return `${numLayers}x${hiddenSize}, B ${batchSize}, T ${sequenceLength}`;
}

/** Floating-point operations of a step: 2 for each weight and character forward, twice that backward; look-ups free. */
export function operations({ hiddenSize, numLayers, batchSize, sequenceLength }: Shape): number {
  const all = parameterCount({ cellType: 'lstm', vocabularySize, hiddenSize, numLayers });
  const lookedUp = vocabularySize * 4 * hiddenSize;
  return 6 * (all - lookedUp) * batchSize * sequenceLength;
}

export function settingsOf({ hiddenSize, numLayers, batchSize, sequenceLength }: Shape): BackendSettings {
  return {
    model: { cellType: 'lstm', vocabularySize, hiddenSize, numLayers },
    ...{ batchSize, sequenceLength, dropout: 0, seed: 1 },
    ...{ optimizer: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipValue: 5, clipNorm: 0 },
  };
}

/** Loads fresh weights. */
export function loadFresh(backend: TrainingBackend, settings: BackendSettings): Promise<void> {
  return backend.load(freshState(settings, initializeWeights(settings.model, 1)));
}

/** Characters without much sense; what they are does not change the time. */
export function batchOf({ batchSize, sequenceLength }: BackendSettings): Batch {
  const size = batchSize * sequenceLength;
  return {
    inputs: Int32Array.from({ length: size }, (_, i) => (i * 37) % vocabularySize),
    targets: Int32Array.from({ length: size }, (_, i) => (i * 53 + 1) % vocabularySize),
    carry: new Float32Array(batchSize).fill(1),
  };
}

/** Steps that a CPU takes before the other engines have their turn. */
export function stepsPerRound({ hiddenSize }: Shape): number {
  return hiddenSize < 256 ? 12 : 2;
}

/** Milliseconds of each of `count` runs, the first of which begins when the threads of others sleep. */
export async function timed(count: number, run: () => Promise<unknown>): Promise<number[]> {
  await threadsAsleep();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}
