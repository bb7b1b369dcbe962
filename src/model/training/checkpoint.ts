import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';
import { readSafetensors, writeSafetensors } from '../files/safetensors';
import { zeroHidden } from '../lstm/hidden';
import { type Tensor, type Weights, zerosLike } from '../lstm/weights';
import type { TrainingBackend, TrainingState } from './backend';
import type { ValidationPoint } from './history';
import { zeroMoments } from './optimizer';
import type { TrainingSettings } from './settings';

/** Where a training stands, apart from its arrays: with both, it goes on as if it had never stopped. */
export interface Progress {
  readonly totalSteps: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  readonly validationEvery: number;
  readonly validation: readonly ValidationPoint[];
  readonly best: ValidationPoint | null;
  /** Measurements since the best one. */
  readonly withoutImprovement: number;
  /** 1, or less after the loss went out of bounds. */
  readonly learningRateFactor: number;
  /** What a training is resumed on, unless a person wants something else. Checkpoints of old do not tell. */
  readonly backend?: TrainingBackend['name'];
}

export interface Checkpoint {
  readonly settings: TrainingSettings;
  readonly vocabulary: Vocabulary;
  /** A hash of the training split, to notice that it has changed. */
  readonly trainingHash: string;
  readonly progress: Progress;
  readonly state: TrainingState;
}

const formatVersion = 1;
const metadataKey = 'unreasonable';
const groups = ['weights', 'moments', 'hidden'] as const;

export function checkpointPath(folder: string): string {
  return join(folder, 'checkpoint.safetensors');
}

/** Writes `checkpoint.safetensors` whole or not at all. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { state, vocabulary, ...rest } = checkpoint;
  const tensors = new Map<string, Tensor>();
  for (const group of groups) for (const [name, tensor] of state[group]) tensors.set(`${group}/${name}`, tensor);
  const json = { formatVersion, ...rest, step: state.step, vocabulary: vocabulary.toJSON() };
  await writeSafetensors(checkpointPath(folder), { tensors, metadata: { [metadataKey]: JSON.stringify(json) } });
}

/** @throws UserError when there is none, or it is damaged, or it comes from a newer version. */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const path = checkpointPath(folder);
  if (!existsSync(path)) {
    throw new UserError(
      `There is no training to resume in ${folder}: start a new one there, or look for the right folder.`,
    );
  }
  const { tensors, metadata } = await readSafetensors(path);
  const stored = parseMetadata(path, metadata[metadataKey]);
  const take = (group: (typeof groups)[number], expected: Weights): Weights => {
    const found: Weights = new Map();
    for (const [name, { shape }] of expected) {
      const tensor = tensors.get(`${group}/${name}`);
      if (!(tensor?.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) throw damaged(path);
      found.set(name, { shape, data: tensor.data });
    }
    return found;
  };
  const { settings } = stored;
  return {
    settings,
    vocabulary: Vocabulary.fromJSON(stored.vocabulary),
    trainingHash: stored.trainingHash,
    progress: stored.progress,
    state: {
      weights: take('weights', zerosLike(settings.model)),
      moments: take('moments', zeroMoments(settings.model, settings.optimizer)),
      hidden: take('hidden', zeroHidden(settings.model, settings.batchSize)),
      step: stored.step,
    },
  };
}

type Stored = Omit<Checkpoint, 'state' | 'vocabulary'> & { formatVersion: number; step: number; vocabulary: unknown };

function parseMetadata(path: string, text: string | undefined): Stored {
  let stored: Partial<Stored>;
  try {
    stored = JSON.parse(text ?? '');
  } catch {
    throw damaged(path);
  }
  if ((stored.formatVersion ?? 0) > formatVersion) {
    throw new UserError(`${path} was written by a newer version of Unreasonable: update, or start a new training.`);
  }
  const complete =
    stored.settings?.model !== undefined && stored.progress !== undefined && Number.isInteger(stored.step);
  if (!complete) throw damaged(path);
  return stored as Stored;
}

function damaged(path: string): UserError {
  return new UserError(`${path} is damaged or not a checkpoint of Unreasonable: start a new training.`);
}
