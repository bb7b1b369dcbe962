import { expect } from 'vitest';
import type { CellType, ModelConfiguration } from '../../../src/model/lstm/configuration';
import { initializeWeights } from '../../../src/model/lstm/initialization';
import type { Weights } from '../../../src/model/lstm/weights';
import { Random } from '../../../src/model/random';
import type { BackendSettings, Batch, TrainingState } from '../../../src/model/training/backend';
import { freshState } from '../../../src/model/training/referenceStep';

// What the tests of training backends train: small models on made-up text.

export interface Case {
  readonly title: string;
  readonly cellType?: CellType;
  readonly numLayers?: number;
  readonly model?: Partial<ModelConfiguration>;
  readonly changes?: Partial<BackendSettings>;
}

export function settingsOf({ cellType = 'lstm', numLayers = 2, model, changes }: Case): BackendSettings {
  return {
    model: { cellType, numLayers, vocabularySize: 13, hiddenSize: 9, ...model },
    ...{ batchSize: 5, sequenceLength: 6, dropout: 0, seed: 11, optimizer: 'adam', beta1: 0.9, beta2: 0.999 },
    ...{ epsilon: 1e-8, clipValue: 0, clipNorm: 0 },
    ...changes,
  } as BackendSettings;
}

export function initialState(settings: BackendSettings): TrainingState {
  return freshState(settings, initializeWeights(settings.model, 5));
}

/** Text with some order in it; stream 1 starts again at every third step. */
export function batchOf({ model, batchSize, sequenceLength }: BackendSettings, step: number): Batch {
  const random = Random.fromSeed(7, step);
  const draw = () =>
    Int32Array.from({ length: batchSize * sequenceLength }, () => random.nextUint32() % model.vocabularySize);
  const carry = Float32Array.from({ length: batchSize }, (_, b) => (b === 1 && step % 3 === 2 ? 0 : 1));
  return { inputs: draw(), targets: draw(), carry };
}

/** The largest difference of two sets of tensors, relative to the largest number of each tensor. */
export function difference(actual: Weights, expected: Weights): number {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  let worst = 0;
  for (const [name, { data, shape }] of expected) {
    const found = actual.get(name)!;
    expect(found.shape).toEqual(shape);
    const scale = data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1e-6);
    data.forEach((x, i) => {
      worst = Math.max(worst, Math.abs(x - found.data[i]!) / scale);
    });
  }
  return worst;
}
