import { basename, resolve } from 'node:path';
import type { LanguageCount } from '../corpus/report';
import { type Model, modelFileName, readModelFile } from '../onnx/modelFile';
import { pretrainedFile, pretrainedModels } from '../pretrained';
import type { TrainOptions } from './options';
import { defaultMinutes } from './recipe';

/** A model that a training starts from, and what it is called in the settings of that training. */
export interface BaseModel {
  readonly name: string;
  readonly model: Model;
}

/** The share of a text that has to be in the languages of a model for training to start from it by itself. */
const knownShare = 0.5;

/** Minutes of training up to which it does; see "Starting from the Linux model" in BENCHMARKS.md. */
const longestTraining = 15;

/** The model that the options name; null if they name none, or leave the choice. */
export async function readBase({ initFrom }: TrainOptions): Promise<BaseModel | null> {
  if (initFrom === undefined || initFrom === 'auto' || initFrom === 'none') return null;
  return { name: nameOf(initFrom), model: await readModelFile(initFrom) };
}

/**
 * With `initFrom: 'auto'`, the model that helps: one that comes along and knows most of the text, where time is short
 * and nothing else is said about the shape of the model.
 *
 * @param languages of the text, with any measure of their lengths.
 */
export async function chooseBase(
  options: TrainOptions,
  languages: readonly LanguageCount[],
): Promise<BaseModel | null> {
  const { initFrom, minutes = defaultMinutes, epochs, cellType, hiddenSize, numLayers } = options;
  const isFree = (cellType ?? hiddenSize ?? numLayers ?? epochs) === undefined;
  if (initFrom !== 'auto' || !isFree || minutes > longestTraining) return null;
  const length = (rows: readonly LanguageCount[]) => rows.reduce((sum, { characters }) => sum + characters, 0);
  for (const pretrained of pretrainedModels) {
    const known = length(languages.filter(({ language }) => pretrained.languages.includes(language)));
    const file = pretrainedFile(pretrained);
    if (file === undefined || known < knownShare * length(languages)) continue;
    return { name: pretrained.name, model: await readModelFile(file) };
  }
  return null;
}

/** A short name, without the folders of a machine. */
function nameOf(initFrom: string): string {
  const path = resolve(initFrom);
  return basename(path) === modelFileName ? basename(resolve(path, '..')) : basename(path);
}
