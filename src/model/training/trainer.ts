import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Corpus } from '../corpus/corpus';
import { corpusOptionsOf, type FileChoice } from '../corpus/options';
import { prepareCorpus } from '../corpus/prepare';
import type { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';
import { removeLeftovers } from '../files/atomicWrite';
import { acquireLock } from '../files/lock';
import { initializeWeights } from '../lstm/initialization';
import { parameterCount, type Weights } from '../lstm/weights';
import { modelFileName } from '../onnx/modelFile';
import { type BackendChoice, openBackend } from './backends/chooseBackend';
import { type BaseModel, readBase } from './baseModel';
import type { Tokens } from './batches';
import { type Checkpoint, checkpointPath, type Progress, readCheckpoint } from './checkpoint';
import { weightsFor } from './initFrom';
import { LogFile, logPath } from './log/logFile';
import { LogRecorder } from './log/recorder';
import { checkOptions, type EndEvent, type TrainEvent, type TrainOptions } from './options';
import { freshState } from './referenceStep';
import { type RunInputs, TrainingRun } from './run';
import {
  checkLength,
  checkShape,
  chooseBudget,
  chooseFractions,
  chooseSettings,
  describeSettings,
  type TrainingSettings,
} from './settings';

/** There is nothing to resume: the time or the epochs of a training are used up. */
export class TrainingComplete extends UserError {}

export interface TrainHandlers {
  onEvent(event: TrainEvent): void;
  /** Stops the training after its current step; everything is saved and it can be resumed. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for another training that is still saving to the folder; 0 by default. */
  readonly patience?: number;
}

/**
 * Trains a model on a folder or a file and leaves `model.onnx` (the best so far) and `checkpoint.safetensors` (the
 * last state) in `options.out`.
 *
 * @throws UserError for everything that a person can mend; the reason of the signal when that fires before the first
 *   step, with nothing written.
 */
export async function train(options: TrainOptions, handlers: TrainHandlers): Promise<EndEvent> {
  checkOptions(options);
  // Fails without making the folder.
  if (options.resume && !existsSync(options.out)) await readCheckpoint(options.out);
  const base = await readBase(options);
  if (base !== null) checkShape(options, base);
  const existed = existsSync(options.out);
  const lock = await acquireLock(options.out, handlers.patience);
  try {
    // Whoever held the folder may have gone on until now.
    const checkpoint = options.resume ? await readCheckpoint(options.out) : null;
    for (const path of [join(options.out, modelFileName), checkpointPath(options.out)]) await removeLeftovers(path);
    return await trainLocked(options, handlers, checkpoint, base);
  } finally {
    await lock.release();
    // A training that was refused leaves nothing behind; a folder with something in it stays, as rmdir has it.
    if (!existed) await rmdir(options.out).catch(() => undefined);
  }
}

async function trainLocked(
  options: TrainOptions,
  handlers: TrainHandlers,
  checkpoint: Checkpoint | null,
  base: BaseModel | null,
): Promise<EndEvent> {
  const { vocabulary, splits } = await readText(options, handlers, checkpoint, base);
  const train = splits.train;
  const settings =
    checkpoint === null
      ? freshSettings(options, train.tokens.length, vocabulary.size, base)
      : resumedSettings(options, checkpoint, train.tokens.length);
  const trainingHash = hashOf(train.tokens);
  if (checkpoint !== null && checkpoint.trainingHash !== trainingHash) {
    const message = 'The text has changed since the checkpoint; training goes on with the new text.';
    handlers.onEvent({ type: 'notice', message });
  }
  const text = { vocabulary, trainingHash, train, validation: splits.validation.tokens };
  const state = checkpoint?.state ?? freshState(settings, firstWeights(settings, base, vocabulary, train.tokens));
  const progress = checkpoint === null ? null : resumedProgress(options, checkpoint, settings);
  const { signal } = handlers;
  const log = new TrainingLog(options.out, handlers.onEvent);
  // Not before there is something that the log belongs to; until then its entries wait.
  const onSaved = () => log.file.begin({ resumed: false });
  if (checkpoint !== null) log.file.begin({ resumed: true });
  try {
    return await runOnBackend({ options, settings, ...text, state, progress, onEvent: log.hear, onSaved, signal });
  } finally {
    log.file.close();
  }
}

/** Passes events on, each followed by what it adds to the log, and keeps the log's file. */
class TrainingLog {
  readonly file: LogFile;
  private readonly recorder = new LogRecorder();

  constructor(
    folder: string,
    private readonly onEvent: (event: TrainEvent) => void,
  ) {
    this.file = new LogFile(logPath(folder), (message) => onEvent({ type: 'notice', message }));
  }

  readonly hear = (event: TrainEvent): void => {
    this.onEvent(event);
    for (const entry of this.recorder.record(event)) {
      this.file.add(entry);
      this.onEvent({ type: 'log', entry });
    }
  };
}

/** Which files to read: what the options say; where they say nothing, what the training that goes on was told. */
function filesOf(options: TrainOptions, checkpoint: Checkpoint | null): FileChoice {
  return { ...checkpoint?.settings.files, ...corpusOptionsOf(options) };
}

/** Reads the text, with the vocabulary of the checkpoint, or its own behind that of the model that training starts from. */
async function readText(
  options: TrainOptions,
  { onEvent, signal }: TrainHandlers,
  checkpoint: Checkpoint | null,
  base: BaseModel | null,
): Promise<Corpus> {
  const corpus = await prepareCorpus(options.source, {
    fractions: checkpoint?.settings.fractions ?? chooseFractions(options),
    ...filesOf(options, checkpoint),
    ...(checkpoint && { vocabulary: checkpoint.vocabulary }),
    ...(base && { baseVocabulary: base.model.vocabulary }),
    ...(signal && { signal }),
  });
  const { train, validation, test } = corpus.splits;
  const characters = { train: train.tokens.length, validation: validation.tokens.length, test: test.tokens.length };
  onEvent({ type: 'corpus', report: corpus.report, characters, vocabularySize: corpus.vocabulary.size });
  return corpus;
}

/** Opens a backend, trains on it, and closes whatever backend there is at the end. */
async function runOnBackend(inputs: Omit<RunInputs, 'backend' | 'reopen'>): Promise<EndEvent> {
  const { options, settings, state, progress, onEvent } = inputs;
  const notice = (message: string) => onEvent({ type: 'notice', message });
  const before = progress?.backend;
  const choice = chooseAgain(options.backend ?? 'auto', before);
  let backend = await openBackend(choice, settings, settings.threads, notice);
  const reopen = async (which: 'auto' | 'onnx') => {
    await backend.dispose();
    backend = await openBackend(choice === 'onnx' ? choice : which, settings, settings.threads, notice);
    return backend;
  };
  try {
    await backend.load(state);
    if (before !== undefined && backend.name !== before) {
      notice(`The training goes on on ${backend.device} (${backend.name}); it was on the backend "${before}" before.`);
    }
    onEvent({
      type: 'start',
      device: backend.device,
      backend: backend.name,
      settings: describeSettings(settings),
      parameters: parameterCount(settings.model),
      resumedAtStep: progress === null ? null : state.step,
      secondsBefore: progress?.seconds ?? 0,
    });
    const end = await new TrainingRun({ ...inputs, backend, reopen }).run();
    onEvent(end);
    return end;
  } finally {
    await backend.dispose();
  }
}

/** What was trained on the CPU stays there, although a GPU may have come: with another's roundings it would go another way. */
function chooseAgain(choice: BackendChoice, before: Progress['backend']): BackendChoice {
  return choice === 'auto' && before === 'onnx' ? before : choice;
}

function freshSettings(options: TrainOptions, characters: number, vocabularySize: number, base: BaseModel | null) {
  const threads = options.threads ?? availableParallelism();
  return chooseSettings(options, characters, vocabularySize, threads, base);
}

/** What the checkpoint says; a new budget (what is done already counts), where the person gives one, moves the end. */
function resumedSettings(options: TrainOptions, checkpoint: Checkpoint, characters: number): TrainingSettings {
  checkLength(characters);
  const { furtherMinutes } = options;
  const { progress } = checkpoint;
  const settings = { ...checkpoint.settings, files: filesOf(options, checkpoint) };
  if (furtherMinutes !== undefined) return { ...settings, budget: { seconds: progress.seconds + 60 * furtherMinutes } };
  return hasBudget(options) ? { ...settings, budget: chooseBudget(options) } : settings;
}

/** The checkpoint's, with a plan for a new budget where there is one. */
function resumedProgress(
  options: TrainOptions,
  { progress, state }: Checkpoint,
  { budget }: TrainingSettings,
): Progress {
  const planDone = !hasBudget(options) && progress.totalSteps > 0 && state.step >= progress.totalSteps;
  if (planDone || ('seconds' in budget && progress.seconds >= budget.seconds)) {
    const minutes = (progress.seconds / 60).toFixed(1);
    throw new TrainingComplete(
      `The training is complete, after ${minutes} minutes and ${state.step} steps: give further minutes, or more epochs in all, to go on.`,
    );
  }
  if (!hasBudget(options)) return progress;
  // As many steps in all as the speed so far lets hope for; renewed at the next checkpoint.
  const share = 'seconds' in budget ? budget.seconds / progress.seconds : 0;
  // Who asks for more does so although it had stopped improving.
  return { ...progress, totalSteps: Math.ceil(share * state.step), withoutImprovement: 0 };
}

function hasBudget(options: TrainOptions): boolean {
  return [options.minutes, options.furtherMinutes, options.epochs].some((budget) => budget !== undefined);
}

/** Those of the model that training starts from, with the vocabulary of the text; or else random ones. */
function firstWeights(
  { model, seed }: TrainingSettings,
  base: BaseModel | null,
  vocabulary: Vocabulary,
  train: Tokens,
): Weights {
  if (base !== null) return weightsFor(base.model, vocabulary, seed);
  return initializeWeights(model, seed, { characterCounts: countTokens(train, model.vocabularySize) });
}

function countTokens(tokens: Tokens, vocabularySize: number): Float64Array {
  const counts = new Float64Array(vocabularySize);
  for (const token of tokens) counts[token]!++;
  return counts;
}

function hashOf(tokens: Tokens): string {
  return createHash('sha256')
    .update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength))
    .digest('hex');
}
