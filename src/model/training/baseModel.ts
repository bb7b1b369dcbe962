import { basename, resolve } from 'node:path';
import { type Model, modelFileName, readModelFile } from '../onnx/modelFile';
import type { TrainOptions } from './options';

/** A model that a training starts from, and what it is called in the settings of that training. */
export interface BaseModel {
  readonly name: string;
  readonly model: Model;
}

/** The model that the options name; null if they name none. */
export async function readBase({ initFrom = 'none' }: Pick<TrainOptions, 'initFrom'>): Promise<BaseModel | null> {
  return initFrom === 'none' ? null : { name: nameOf(initFrom), model: await readModelFile(initFrom) };
}

/** A short name, without the folders of a machine. */
function nameOf(initFrom: string): string {
  const path = resolve(initFrom);
  return basename(path) === modelFileName ? basename(resolve(path, '..')) : basename(path);
}
