import { basename, resolve } from 'node:path';
import { type Model, modelFileName, readModelFile } from '../onnx/modelFile';
import { pretrainedFile } from '../pretrained';
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
  if (initFrom === 'auto') {
    const base = suitableBase(options);
    // By its file: a folder of its name would go before it.
    return base && { name: base.name, model: await readModelFile(pretrainedFile(base)!) };
  }
  return initFrom === 'none' ? null : { name: nameOf(initFrom), model: await readModelFile(initFrom) };
}

/** A short name, without the folders of a machine. */
function nameOf(initFrom: string): string {
  const path = resolve(initFrom);
  return basename(path) === modelFileName ? basename(resolve(path, '..')) : basename(path);
}
