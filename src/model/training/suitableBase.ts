import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type PretrainedModel, pretrainedFile, pretrainedModels } from '../pretrained';
import type { TrainOptions } from './options';
import { defaultMinutes } from './recipe';

/**
 * Up to this many minutes of two cores, the model that knows ten languages is a better beginning than random weights;
 * with more time, more parameters learn more than it knows. See "Starting from a model that comes along" in
 * BENCHMARKS.md.
 */
const mostMinutesOfTwoCores = 15;

/** The model that comes along and is worth starting from; null if random weights are. */
export function suitableBase(options: TrainOptions): PretrainedModel | null {
  const base = pretrainedModels.find(({ name }) => name === 'polyglot')!;
  const suits = isShort(options) && fits(base, options) && isCode(options.source);
  return suits && pretrainedFile(base) !== undefined ? base : null;
}

function isShort({ epochs, minutes = defaultMinutes, threads = availableParallelism() }: TrainOptions): boolean {
  return epochs === undefined && (minutes * threads) / 2 <= mostMinutesOfTwoCores;
}

/** Whether nothing about the network is asked for, or just what the model is. */
function fits({ shape }: PretrainedModel, options: TrainOptions): boolean {
  const { cellType = 'lstm', hiddenSize = shape.hiddenSize, numLayers = shape.numLayers } = options;
  return cellType === 'lstm' && hiddenSize === shape.hiddenSize && numLayers === shape.numLayers;
}

/** Folders are read for their source files; a single file may be anything. */
function isCode(source: TrainOptions['source']): boolean {
  return Array.isArray(source) || (statSync(source, { throwIfNoEntry: false })?.isDirectory() ?? false);
}
