import type { ModelConfiguration } from '../../../src/model/lstm/configuration';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import type { SequenceOptions } from '../../../src/model/lstm/reference';
import { type Weights, zerosLike } from '../../../src/model/lstm/weights';
import { Random } from '../../../src/model/random';
import type { Batch } from '../../../src/model/training/backend';

/** A model in the middle of training, made up: everything that a step takes. */
export interface RandomCase {
  readonly configuration: ModelConfiguration;
  readonly weights: Weights;
  readonly batch: Batch;
  readonly hidden: Weights;
  readonly options: SequenceOptions;
}

export interface CaseSettings extends ModelConfiguration {
  readonly batchSize: number;
  readonly sequenceLength: number;
  /** Streams that start again; the others carry a random state on. */
  readonly cleared?: readonly number[];
  /** The share of units dropped; none by default. */
  readonly dropout?: number;
  readonly seed?: number;
}

/** Numbers are multiples of 2^-14, so that a finite difference of 2^-14 is exact in float32. */
export const grid = 2 ** -14;

export function randomCase(settings: CaseSettings): RandomCase {
  const { batchSize, sequenceLength, cleared = [], dropout = 0, seed = 1, ...configuration } = settings;
  const random = Random.fromSeed(seed);
  const normal = (deviation: number) => Math.round((random.normal() * deviation) / grid) * grid;
  const characters = () =>
    Int32Array.from({ length: sequenceLength * batchSize }, () =>
      Math.floor(random.next() * configuration.vocabularySize),
    );
  const mask = () =>
    Float32Array.from({ length: sequenceLength * batchSize * configuration.hiddenSize }, () =>
      random.next() < dropout ? 0 : 1 / (1 - dropout),
    );

  const weights = zerosLike(configuration);
  for (const { data } of weights.values()) data.set(data.map(() => normal(0.5)));
  const hidden = zeroHidden(configuration, batchSize);
  for (const { data } of hidden.values()) data.set(data.map(() => normal(0.5)));
  const carry = new Float32Array(batchSize).fill(1);
  for (const stream of cleared) carry[stream] = 0;
  const dropoutMasks = dropout === 0 ? {} : { dropoutMasks: Array.from({ length: configuration.numLayers }, mask) };
  return {
    configuration,
    weights,
    batch: { inputs: characters(), targets: characters(), carry },
    hidden,
    options: { batchSize, sequenceLength, ...dropoutMasks },
  };
}
