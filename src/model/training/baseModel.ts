import { basename, resolve } from 'node:path';
import { type Model, modelFileName, readModelFile } from '../onnx/modelFile';
import type { TrainOptions } from './options';
import { suitableBase } from './suitableBase';

/** A model that a training starts from, and what it is called in the settings of that training. */
export interface BaseModel {
  readonly name: string;
  readonly model: Model;
}

/** The model that the options name, or that suits them; null if there is none. */
export async function readBase(options: TrainOptions): Promise<BaseModel | null> {
  const { initFrom = 'auto', resume } = options;
  if (resume) return null;
  const from = initFrom === 'auto' ? (suitableBase(options)?.name ?? 'none') : initFrom;
  return from === 'none' ? null : { name: nameOf(from), model: await readModelFile(from) };
}

/** A short name, without the folders of a machine. */
function nameOf(initFrom: string): string {
  const path = resolve(initFrom);
  return basename(path) === modelFileName ? basename(resolve(path, '..')) : basename(path);
}
