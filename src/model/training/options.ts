import type { CorpusReport } from '../corpus/report';
import type { Split } from '../corpus/split';
import { UserError } from '../errors';
import { type CellType, cellTypes } from '../lstm/configuration';
import type { TrainingHistory, ValidationPoint } from './history';
import type { LogEntry, SampledText } from './log/entries';

/** What a person may ask of a training; what is left out is chosen by the recipe. */
export interface TrainOptions {
  /** A folder of source files, or several, or one text file. */
  source: string | string[];
  /** The folder that gets `model.onnx` and `checkpoint.safetensors`. */
  out: string;
  minutes?: number;
  /** On a resume, minutes beyond those that it has trained for. */
  furtherMinutes?: number;
  epochs?: number;
  cellType?: CellType;
  hiddenSize?: number;
  numLayers?: number;
  sequenceLength?: number;
  /** Characters that are read in one go before reading goes on elsewhere; by default all, if there is time to read all. */
  pieceLength?: number;
  batchSize?: number;
  dropout?: number;
  learningRate?: number;
  learningRateDecay?: number;
  learningRateDecayAfter?: number;
  optimizer?: 'adam' | 'rmsprop';
  /** RMSprop's alpha; Adam's beta 2. */
  decayRate?: number;
  clipValue?: number;
  clipNorm?: number;
  schedule?: 'cosine' | 'charRnn' | 'constant';
  warmupSteps?: number;
  seed?: number;
  backend?: 'auto' | 'onnx' | 'webgpu' | 'tensorflow';
  /**
   * A model whose weights training starts from: its file, its folder or the name of one that comes along. `none` starts
   * with random weights. `auto`, like nothing at all, takes what is best: see "Starting from a model that comes along"
   * in BENCHMARKS.md.
   */
  initFrom?: string;
  /** Go on from the checkpoint in `out`. */
  resume?: boolean;
  /** Steps between measurements on the validation split; a checkpoint is written after each. */
  validationEvery?: number;
  /** Steps after which a sample is drawn. */
  sampleAt?: number[];
  /** Stop when the validation loss has not fallen for a while, after the first epoch; on by default. */
  earlyStopping?: boolean;
  trainFraction?: number;
  validationFraction?: number;
  include?: readonly string[];
  exclude?: readonly string[];
  /** Bytes; larger files of a folder are left out. */
  maxFileSize?: number;
  threads?: number;
}

/** What happens during a training, in order; the CLI and the extension show it. */
export type TrainEvent =
  | { type: 'corpus'; report: CorpusReport; characters: Record<Split, number>; vocabularySize: number }
  | {
      type: 'start';
      device: string;
      backend: string;
      settings: Record<string, string | number | boolean | null>;
      parameters: number;
      resumedAtStep: number | null;
      /** Of training before this start. */
      secondsBefore: number;
    }
  | {
      type: 'step';
      step: number;
      /** 0 until a time budget has been turned into steps. */
      totalSteps: number;
      epoch: number;
      loss: number;
      bitsPerCharacter: number;
      gradientNorm: number;
      learningRate: number;
      charactersPerSecond: number;
      secondsElapsed: number;
      secondsLeft: number;
      millisecondsPerStep: number;
    }
  | { type: 'validation'; step: number; loss: number; bitsPerCharacter: number; best: boolean }
  | { type: 'sample'; step: number; texts: readonly SampledText[] }
  | { type: 'checkpoint'; step: number; path: string }
  | { type: 'notice'; message: string }
  /** An entry of the training's log, after the events that it tells of. */
  | { type: 'log'; entry: LogEntry }
  | EndEvent;

export interface EndEvent {
  type: 'end';
  reason: 'finished' | 'stopped' | 'earlyStopping';
  step: number;
  best: ValidationPoint | null;
  history: TrainingHistory;
}

/** What a number may be. */
export interface Range {
  readonly minimum: number;
  readonly maximum: number;
  readonly whole?: boolean;
}

/** The ranges of the options that are numbers. */
export const ranges = {
  minutes: { minimum: 0.01, maximum: 100_000 },
  furtherMinutes: { minimum: 0.01, maximum: 100_000 },
  epochs: { minimum: 0.001, maximum: 1_000_000 },
  hiddenSize: { minimum: 1, maximum: 8192, whole: true },
  numLayers: { minimum: 1, maximum: 16, whole: true },
  sequenceLength: { minimum: 1, maximum: 10_000, whole: true },
  pieceLength: { minimum: 1, maximum: 1e9, whole: true },
  batchSize: { minimum: 1, maximum: 10_000, whole: true },
  dropout: { minimum: 0, maximum: 0.95 },
  learningRate: { minimum: 1e-9, maximum: 10 },
  learningRateDecay: { minimum: 0.01, maximum: 1 },
  learningRateDecayAfter: { minimum: 0, maximum: 1_000_000 },
  decayRate: { minimum: 0, maximum: 0.999999 },
  clipValue: { minimum: 0, maximum: 1e9 },
  clipNorm: { minimum: 0, maximum: 1e9 },
  warmupSteps: { minimum: 0, maximum: 1_000_000_000, whole: true },
  seed: { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, whole: true },
  validationEvery: { minimum: 1, maximum: 1_000_000_000, whole: true },
  trainFraction: { minimum: 0.01, maximum: 1 },
  validationFraction: { minimum: 0, maximum: 0.99 },
  maxFileSize: { minimum: 1, maximum: 1e9 },
  threads: { minimum: 1, maximum: 1024, whole: true },
} satisfies Partial<Record<keyof TrainOptions, Range>>;

/** The options that decide the numbers of a training, which a resumed one can't change. */
const fixedByCheckpoint: readonly (keyof TrainOptions)[] = [
  'cellType',
  'hiddenSize',
  'numLayers',
  'sequenceLength',
  'pieceLength',
  'batchSize',
  'dropout',
  'learningRate',
  'learningRateDecay',
  'learningRateDecayAfter',
  'optimizer',
  'decayRate',
  'clipValue',
  'clipNorm',
  'schedule',
  'warmupSteps',
  'seed',
  'trainFraction',
  'validationFraction',
  'threads',
];

/** @throws UserError naming the first option that is out of range or contradicts another. */
export function checkOptions(options: TrainOptions): void {
  for (const [name, { minimum, maximum, whole }] of Object.entries<Range>(ranges)) {
    const value = options[name as keyof TrainOptions];
    if (value === undefined) continue;
    const number = Number(value);
    if (!(number >= minimum && number <= maximum) || (whole && !Number.isInteger(number))) {
      const kind = whole ? 'a whole number' : 'a number';
      throw new UserError(`${name} is ${value}: give ${kind} from ${minimum} to ${maximum}.`);
    }
  }
  if (options.cellType !== undefined && !cellTypes.includes(options.cellType)) {
    throw new UserError(`The cell type "${options.cellType}" is not known: choose ${cellTypes.join(', ')}.`);
  }
  checkContradictions(options);
}

function checkContradictions(options: TrainOptions): void {
  if (options.minutes !== undefined && options.epochs !== undefined) {
    throw new UserError('Give either minutes or epochs, not both.');
  }
  if (options.furtherMinutes !== undefined) {
    if (!options.resume)
      throw new UserError('Further minutes are for a training that is resumed: give minutes instead.');
    if (options.minutes !== undefined || options.epochs !== undefined) {
      throw new UserError('Give either further minutes or minutes or epochs in all, not both.');
    }
  }
  if (options.resume && options.initFrom !== undefined) {
    throw new UserError('A resumed training goes on from its own checkpoint: leave out initFrom, or resume.');
  }
  const changed = options.resume ? fixedByCheckpoint.find((name) => options[name] !== undefined) : undefined;
  if (changed !== undefined) {
    throw new UserError(`A resumed training keeps its ${changed}: leave it out, or start a new training.`);
  }
  const { schedule = 'charRnn', learningRateDecay, learningRateDecayAfter } = options;
  if (schedule !== 'charRnn' && (learningRateDecay ?? learningRateDecayAfter) !== undefined) {
    throw new UserError(
      `A ${schedule} schedule has no learning rate decay: leave that out, or choose the schedule of char-rnn.`,
    );
  }
  checkFractions(options);
}

/** One fraction alone decides about the other: see `chooseFractions`. */
function checkFractions({ trainFraction, validationFraction }: TrainOptions): void {
  if (trainFraction === undefined) {
    if (validationFraction === undefined || validationFraction < 0.5) return;
    throw new UserError(
      `With a validation fraction of ${validationFraction} and as much to test, nothing is left to train on: make it smaller.`,
    );
  }
  if (validationFraction !== undefined && trainFraction + validationFraction > 1 + 1e-9) {
    throw new UserError(
      `The train and validation fractions ${trainFraction} and ${validationFraction} are more than the whole: make them smaller.`,
    );
  }
}
