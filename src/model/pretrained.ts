import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A model that comes along: it works before any training, and trainings can start from it. */
export interface PretrainedModel {
  /** What a command line calls it, where a path is as welcome; the name of its folder in `pretrained`. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** What it was trained on, as `languageOf` names languages. */
  readonly languages: readonly string[];
  /** The same as editors name them. */
  readonly languageIds: readonly string[];
}

export const pretrainedModels: readonly PretrainedModel[] = [
  { name: 'linux', title: 'Linux', languages: ['C'], languageIds: ['c'] },
];

/** The folder of the models that come along: beside dist/, or beside src/ where a test runs the sources. */
function pretrainedFolder(): string {
  const beside = join(__dirname, '..', 'pretrained');
  return existsSync(beside) ? beside : join(__dirname, '..', '..', 'pretrained');
}

/** The model file of a model that comes along; undefined in a build without it. */
export function pretrainedFile({ name }: PretrainedModel): string | undefined {
  const path = join(pretrainedFolder(), name, 'model.onnx');
  return existsSync(path) ? path : undefined;
}

/** The model that comes along under this name; a file or folder of that name goes before it. */
export function findPretrained(nameOrPath: string): PretrainedModel | undefined {
  return existsSync(nameOrPath) ? undefined : pretrainedModels.find(({ name }) => name === nameOrPath);
}

/** The path of a model that is given by its path or, for one that comes along, by its name. */
export function resolveModel(nameOrPath: string): string {
  const pretrained = findPretrained(nameOrPath);
  return (pretrained && pretrainedFile(pretrained)) ?? nameOrPath;
}
