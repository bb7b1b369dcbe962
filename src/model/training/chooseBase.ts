import { basename, resolve } from 'node:path';
import type { LanguageCount } from '../corpus/report';
import { type Model, modelFileName, readModelFile } from '../onnx/modelFile';
import { pretrainedFile } from '../pretrained';
import { baseFor } from './baseRule';
import type { TrainOptions } from './options';

/** A model that a training starts from, and what it is called in the settings of that training. */
export interface BaseModel {
  readonly name: string;
  readonly model: Model;
}

/** The model that the options name; null if they name none, or leave the choice. */
export async function readBase({ initFrom }: TrainOptions): Promise<BaseModel | null> {
  if (initFrom === undefined || initFrom === 'auto' || initFrom === 'none') return null;
  return { name: nameOf(initFrom), model: await readModelFile(initFrom) };
}

/** The model that {@link baseFor} chooses by the languages of the text; null for none. */
export async function chooseBase(
  options: TrainOptions,
  languages: readonly LanguageCount[],
): Promise<BaseModel | null> {
  const chosen = baseFor(options, languages);
  const file = chosen && pretrainedFile(chosen);
  return chosen && file ? { name: chosen.name, model: await readModelFile(file) } : null;
}

/** A short name, without the folders of a machine. */
function nameOf(initFrom: string): string {
  const path = resolve(initFrom);
  return basename(path) === modelFileName ? basename(resolve(path, '..')) : basename(path);
}
