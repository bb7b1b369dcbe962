import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A model that comes along: it works before any training, and trainings can start from it. */
export interface PretrainedModel {
  /** What a command line calls it, where a path is as welcome; the name of its folder in `pretrained`. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Of its network, an LSTM. */
  readonly shape: { readonly hiddenSize: number; readonly numLayers: number };
  /** What it was trained on, as `languageOf` names languages. */
  readonly languages: readonly string[];
  /** The same as editors name them. */
  readonly languageIds: readonly string[];
}

/** Where several know a language, the first is the better one. */
export const pretrainedModels: readonly PretrainedModel[] = [
  {
    name: 'linux',
    title: 'Linux',
    shape: { hiddenSize: 512, numLayers: 2 },
    languages: ['C'],
    languageIds: ['c'],
  },
  {
    name: 'polyglot',
    title: 'Polyglot',
    shape: { hiddenSize: 384, numLayers: 1 },
    languages: ['C', 'C++', 'Go', 'Java', 'JavaScript', 'Markdown', 'Python', 'Rust', 'Shell', 'TypeScript'],
    languageIds: [
      ...['c', 'cpp', 'go', 'java', 'javascript', 'javascriptreact', 'markdown', 'python', 'rust', 'shellscript'],
      ...['typescript', 'typescriptreact'],
    ],
  },
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

/** The model that comes along under this name; a file of that name, or a folder with a model, goes before it. */
export function findPretrained(nameOrPath: string): PretrainedModel | undefined {
  const found = pretrainedModels.find(({ name }) => name === nameOrPath);
  return found === undefined || mayBeModel(nameOrPath) ? undefined : found;
}

/** Any file, whose damage is to be told; but a folder `linux` without a model is, above all, a tree of the kernel. */
function mayBeModel(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() || existsSync(join(path, 'model.onnx'));
}

/** The path of a model that is given by its path or, for one that comes along, by its name. */
export function resolveModel(nameOrPath: string): string {
  const pretrained = findPretrained(nameOrPath);
  return (pretrained && pretrainedFile(pretrained)) ?? nameOrPath;
}
