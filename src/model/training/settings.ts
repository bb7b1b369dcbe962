import { corpusOptionsOf, type FileChoice } from '../corpus/options';
import type { Fractions } from '../corpus/split';
import { UserError } from '../errors';
import type { BackendSettings } from './backend';
import type { BaseModel } from './baseModel';
import type { TrainOptions } from './options';
import type { Budget } from './plan';
import { chooseRecipe, defaultMinutes } from './recipe';
import type { Schedule } from './schedule';

/** Everything that decides the numbers of a training, defaults filled in: plain JSON, stored in the checkpoint. */
export interface TrainingSettings extends BackendSettings {
  readonly schedule: Schedule;
  readonly budget: Budget;
  readonly fractions: Fractions;
  /** Characters that a stream reads in one go, see `TrainingBatches`; null for all, as have checkpoints of old. */
  readonly pieceLength?: number | null;
  /** Replicas of the CPU backend: they decide the order in which gradients are added up. */
  readonly threads: number;
  /** The name of the model that training started from, where there was one. */
  readonly initFrom?: string;
  /** Which files were asked for, so that a resumed training reads the same; checkpoints of old do not tell. */
  readonly files?: FileChoice;
}

/** Characters that a training needs at the very least. */
const minimumCharacters = 64;

/** @throws UserError when a training split of this length is too short. */
export function checkLength(characters: number): void {
  if (characters < minimumCharacters) {
    throw new UserError(
      `There are only ${characters} characters to train on: give at least ${minimumCharacters}, better a million.`,
    );
  }
}

/**
 * Fills in defaults: the recipe's, or those of the model that training starts from.
 *
 * @param characters the length of the training split.
 * @param base the model that training starts from, where there is one.
 */
export function chooseSettings(
  options: TrainOptions,
  characters: number,
  vocabularySize: number,
  threads: number,
  base: BaseModel | null = null,
): TrainingSettings {
  checkLength(characters);
  const model = base === null ? undefined : { ...base.model.configuration, vocabularySize };
  const means = { characters, vocabularySize, threads, pretrained: base !== null };
  const recipe = chooseRecipe({ ...options, ...model }, means);
  const optimizer = options.optimizer ?? 'adam';
  return {
    model: model ?? {
      cellType: options.cellType ?? 'lstm',
      vocabularySize,
      hiddenSize: recipe.hiddenSize,
      numLayers: recipe.numLayers,
    },
    ...fitToText(recipe.batchSize, recipe.sequenceLength, characters),
    pieceLength: recipe.pieceLength,
    dropout: recipe.dropout,
    seed: options.seed ?? 1,
    optimizer,
    beta1: 0.9,
    beta2: options.decayRate ?? (optimizer === 'adam' ? 0.99 : 0.95),
    epsilon: 1e-8,
    clipValue: options.clipValue ?? 0,
    clipNorm: options.clipNorm ?? (options.clipValue === undefined ? 5 : 0),
    schedule: chooseSchedule(options, recipe.learningRate),
    budget: chooseBudget(options),
    fractions: chooseFractions(options),
    threads,
    ...(base && { initFrom: base.name }),
    files: corpusOptionsOf(options),
  };
}

/** The budget that the options name, or the default. */
export function chooseBudget(options: TrainOptions): Budget {
  if (options.epochs !== undefined) return { epochs: options.epochs };
  return { seconds: 60 * (options.minutes ?? defaultMinutes) };
}

/** The shares that the options name; one that they don't name is what makes validation and test equally large. */
export function chooseFractions({ trainFraction, validationFraction }: TrainOptions): Fractions {
  const validation = validationFraction ?? (trainFraction === undefined ? 0.05 : (1 - trainFraction) / 2);
  const train = trainFraction ?? 1 - 2 * validation;
  return { train, validation, test: Math.max(0, 1 - train - validation) };
}

/** Settings as one flat list, for people and for the model file. */
export function describeSettings(settings: TrainingSettings): Record<string, string | number | boolean | null> {
  const { model, schedule, budget, fractions, files, ...rest } = settings;
  return {
    ...model,
    ...rest,
    schedule: schedule.kind,
    learningRate: schedule.learningRate,
    warmupSteps: schedule.warmupSteps,
    ...('epochs' in budget ? { epochs: budget.epochs } : { minutes: budget.seconds / 60 }),
    trainFraction: fractions.train,
    validationFraction: fractions.validation,
  };
}

/** @throws UserError when options contradict the model that training starts from. */
export function checkShape(options: TrainOptions, { name: base, model: { configuration } }: BaseModel): void {
  for (const name of ['cellType', 'hiddenSize', 'numLayers'] as const) {
    if (options[name] !== undefined && options[name] !== configuration[name]) {
      throw new UserError(
        `The model to start from, ${base}, has ${name} ${configuration[name]}, not ${options[name]}: leave ${name} out, or start from another model.`,
      );
    }
  }
}

/** Smaller batches, then shorter sequences, where the text is too short for the ones that were asked for. */
function fitToText(batchSize: number, sequenceLength: number, characters: number) {
  const T = Math.min(sequenceLength, characters - 1);
  return { batchSize: Math.max(1, Math.min(batchSize, Math.floor(characters / (T + 1)))), sequenceLength: T };
}

function chooseSchedule(options: TrainOptions, learningRate: number): Schedule {
  const asksForCharRnn = options.learningRateDecay !== undefined || options.learningRateDecayAfter !== undefined;
  const kind = options.schedule ?? (asksForCharRnn ? 'charRnn' : 'cosine');
  return {
    kind,
    learningRate,
    warmupSteps: options.warmupSteps ?? (kind === 'cosine' ? 100 : 0),
    floor: 0.01,
    decay: options.learningRateDecay ?? 0.97,
    decayAfter: options.learningRateDecayAfter ?? 10,
  };
}
