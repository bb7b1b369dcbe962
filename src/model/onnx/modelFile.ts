import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { onnx } from 'onnx-proto';
import { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';
import { writeFileAtomically } from '../files/atomicWrite';
import { cellTypes, type ModelConfiguration } from '../lstm/configuration';
import type { Weights } from '../lstm/weights';
import { pretrainedModels, resolveModel } from '../pretrained';
import type { TrainingHistory } from '../training/history';
import { buildForwardGraph } from './forwardGraph';
import { isModelCard, type ModelCard } from './modelCard';
import { readWeights, type StoredTensors } from './storedWeights';

/** A trained network with all that is needed to use it. */
export interface Model {
  readonly configuration: ModelConfiguration;
  readonly vocabulary: Vocabulary;
  readonly weights: Weights;
  /** How it was trained, if that is known. */
  readonly history: TrainingHistory | null;
  /** What comes with a model that is passed on. */
  readonly card?: ModelCard | null;
}

export interface WriteModelOptions {
  /** Stores the matrices of the layers in 8 bits; reading gives them back rounded. */
  readonly quantize?: 'int8';
}

/** The name of a model's file in its folder. */
export const modelFileName = 'model.onnx';

/** Raised when an older reader would misunderstand a newer file. */
const formatVersion = 1;

const keys = {
  formatVersion: 'unreasonable.formatVersion',
  configuration: 'unreasonable.configuration',
  vocabulary: 'unreasonable.vocabulary',
  history: 'unreasonable.history',
  card: 'unreasonable.card',
} as const;

/**
 * Writes a model as one self-contained .onnx file, whole or not at all: its graph and weights
 * ({@link buildForwardGraph}), with configuration, vocabulary, history, card and format version as JSON in metadata_props.
 *
 * @param path a file with the extension .onnx, or the folder to put a `model.onnx` in.
 * @throws UserError when the file can't be written.
 */
export async function writeModelFile(path: string, model: Model, options: WriteModelOptions = {}): Promise<void> {
  const file = extname(path).toLowerCase() === '.onnx' ? path : join(path, modelFileName);
  const metadata = {
    [keys.formatVersion]: JSON.stringify(formatVersion),
    [keys.configuration]: JSON.stringify(model.configuration),
    [keys.vocabulary]: JSON.stringify(model.vocabulary),
    [keys.history]: JSON.stringify(model.history),
    ...(model.card && { [keys.card]: JSON.stringify(model.card) }),
  };
  await writeFileAtomically(file, [buildForwardGraph(model, { ...options, metadata })]);
}

/**
 * Reads a model and checks all of it.
 *
 * @param path a file that {@link writeModelFile} wrote, the folder of a `model.onnx`, or the name of a model that comes
 *   along (see `pretrainedModels`).
 * @throws UserError when there is no such file, or when it is damaged, is not a model of ours or is of a newer version.
 */
export async function readModelFile(path: string): Promise<Model> {
  const { file, bytes } = await readBytes(resolveModel(path));
  const stored = parseOnnx(bytes);
  if (stored === undefined) throw damaged(file, 'it is cut short or is not an ONNX file');
  const { metadata, tensors } = stored;
  checkVersion(file, metadata);
  const configuration = parse(file, metadata, keys.configuration);
  if (!isConfiguration(configuration)) throw damaged(file, 'its configuration makes no sense');
  const vocabulary = readVocabulary(file, metadata, configuration);
  const weights = readWeights(tensors, configuration);
  if (typeof weights === 'string') throw damaged(file, weights);
  const history = parse(file, metadata, keys.history);
  if (!isHistory(history)) throw damaged(file, 'its training history makes no sense');
  // Most models have none.
  const card = metadata.has(keys.card) ? parse(file, metadata, keys.card) : null;
  if (card !== null && !isModelCard(card)) throw damaged(file, 'its card makes no sense');
  return { configuration, vocabulary, weights, history, card };
}

/** The parts of an ONNX file that hold a model of ours. */
interface StoredModel {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: StoredTensors;
}

/** Undefined if the bytes are not an ONNX file. */
function parseOnnx(bytes: Uint8Array): StoredModel | undefined {
  let model: onnx.ModelProto;
  try {
    model = onnx.ModelProto.decode(bytes);
  } catch {
    return undefined;
  }
  if (!model.graph) return undefined;
  return {
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key ?? '', value ?? ''])),
    tensors: new Map((model.graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor])),
  };
}

async function readBytes(path: string): Promise<{ file: string; bytes: Uint8Array }> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, modelFileName) : path;
    return { file, bytes: await readFile(file) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const names = pretrainedModels.map(({ name }) => name).join(', ');
      throw new UserError(
        `There is no model at ${path}: give a model file, or a folder that a training wrote, or the name of a model that comes along (${names}).`,
        { cause: error },
      );
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new UserError(`You have no permission to read the model at ${path}: choose another.`, { cause: error });
    }
    throw error;
  }
}

function checkVersion(file: string, metadata: ReadonlyMap<string, string>): void {
  const version = metadata.get(keys.formatVersion);
  if (version === undefined) {
    throw new UserError(`${file} is an ONNX model, but not one that Unreasonable wrote: train or choose another.`);
  }
  if (!(Number(version) <= formatVersion)) {
    throw new UserError(`${file} was written by a newer version of Unreasonable: update to use it.`);
  }
}

function readVocabulary(
  file: string,
  metadata: ReadonlyMap<string, string>,
  { vocabularySize }: ModelConfiguration,
): Vocabulary {
  const json = parse(file, metadata, keys.vocabulary);
  let vocabulary: Vocabulary;
  try {
    vocabulary = Vocabulary.fromJSON(json);
  } catch (error) {
    if (error instanceof UserError) throw damaged(file, 'its vocabulary makes no sense');
    throw error;
  }
  if (vocabulary.size !== vocabularySize) {
    throw damaged(file, `it has ${vocabulary.size} characters where its configuration says ${vocabularySize}`);
  }
  return vocabulary;
}

function parse(file: string, metadata: ReadonlyMap<string, string>, key: string): unknown {
  const json = metadata.get(key);
  if (json === undefined) throw damaged(file, `${key} is missing`);
  try {
    return JSON.parse(json);
  } catch {
    throw damaged(file, `${key} is not readable`);
  }
}

/** Far above what a model can have; it keeps a forged file from asking for millions of layers. */
const largestSize = 2 ** 16;

function isConfiguration(value: unknown): value is ModelConfiguration {
  if (!isRecord(value)) return false;
  const isSize = (size: unknown) => Number.isInteger(size) && (size as number) > 0 && (size as number) <= largestSize;
  return (
    cellTypes.some((type) => type === value.cellType) &&
    [value.vocabularySize, value.hiddenSize, value.numLayers].every(isSize)
  );
}

/** The members that programs rely on; what is in `settings` is for people. */
function isHistory(value: unknown): value is TrainingHistory | null {
  if (value === null) return true;
  return (
    isRecord(value) &&
    isRecord(value.settings) &&
    [value.backend, value.device].every((text) => typeof text === 'string') &&
    [value.step, value.characters, value.seconds].every((number) => typeof number === 'number') &&
    Array.isArray(value.validation) &&
    value.validation.every(isValidationPoint) &&
    (value.best === null || isValidationPoint(value.best))
  );
}

function isValidationPoint(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value.step, value.characters, value.seconds, value.loss].every((number) => typeof number === 'number')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(file: string, reason: string): UserError {
  return new UserError(`The model ${file} is damaged (${reason}): use another copy of it, or train again.`);
}
