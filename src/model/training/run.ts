import { join } from 'node:path';
import type { TokenStream } from '../corpus/corpus';
import type { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';
import { modelFileName, writeModelFile } from '../onnx/modelFile';
import { DeviceLostError, type StepResult, type TrainingBackend, type TrainingState } from './backend';
import { evaluatedCharacters, evaluationBatches, excerpt, type Tokens, TrainingBatches } from './batches';
import { checkpointPath, type Progress, writeCheckpoint } from './checkpoint';
import { DivergenceGuard } from './divergence';
import { keepEarlier } from './earlier';
import { bitsFromNats, type TrainingHistory } from './history';
import type { EndEvent, TrainEvent, TrainOptions } from './options';
import { calibrationSteps, Plan } from './plan';
import { essaySteps } from './sampleMoments';
import { Samples } from './samples';
import { learningRateAt } from './schedule';
import { describeSettings, type TrainingSettings } from './settings';
import { Validations } from './validations';

/** What a run works with; made by the trainer, which also takes it down again. */
export interface RunInputs {
  readonly options: TrainOptions;
  readonly settings: TrainingSettings;
  readonly backend: TrainingBackend;
  /** Opens another backend in place of one whose device was lost: the fastest that works now, or that of the CPU. */
  readonly reopen: (which: 'auto' | 'onnx') => Promise<TrainingBackend>;
  readonly vocabulary: Vocabulary;
  readonly trainingHash: string;
  readonly train: TokenStream;
  readonly validation: Tokens;
  /** Where the run starts: fresh weights, or a checkpoint's. */
  readonly state: TrainingState;
  readonly progress: Progress | null;
  readonly onEvent: (event: TrainEvent) => void;
  /** Called when a checkpoint is written. */
  readonly onSaved: () => void;
  readonly signal: AbortSignal | undefined;
}

/** Characters of the validation split that are read at each measurement. */
const validationCharacters = 100_000;
/** Measurements and checkpoints in a run, if a person does not say otherwise. */
const validationsPerRun = 20;
/** At least this often, whatever the length of the run: about what a killed training loses. */
const secondsBetweenCheckpoints = 120;

/** A step that the backend was given and has not answered. */
interface StepUnderWay {
  readonly epoch: number;
  readonly learningRate: number;
  readonly begunAt: number;
  readonly result: Promise<StepResult>;
}

/** The training loop. */
export class TrainingRun {
  private backend: TrainingBackend;
  /** Oldest first. */
  private underWay: StepUnderWay[] = [];
  private deviceLosses = 0;
  private readonly batches: TrainingBatches;
  private readonly validation: Tokens;
  private readonly plan: Plan;
  private readonly guard: DivergenceGuard;
  private readonly sampleSteps: ReadonlySet<number>;
  private readonly samples: Samples;
  private step: number;
  private validationEvery: number;
  private readonly validations: Validations;
  private learningRateFactor: number;
  /** The last state that was known to be good, to roll back to. */
  private good: TrainingState;
  private readonly secondsBefore: number;
  private readonly startedAt = performance.now();
  private windowStep: number;
  private windowStart = performance.now();
  private millisecondsPerStep = 0;
  private answeredAt = 0;
  private savedAt = performance.now();
  /** Whether the last checkpoint says that nothing is left to do. */
  private savedFinished = false;
  private keptEarlier: boolean;

  constructor(private readonly inputs: RunInputs) {
    const { settings, progress, state, options } = inputs;
    this.backend = inputs.backend;
    this.keptEarlier = progress !== null;
    this.batches = new TrainingBatches(inputs.train.tokens, settings);
    this.validation = excerpt(inputs.validation, validationCharacters, settings.batchSize);
    this.plan = new Plan(settings.budget, this.batches.stepsPerEpoch, progress?.totalSteps);
    this.guard = new DivergenceGuard(settings.model.vocabularySize);
    this.sampleSteps = new Set(options.sampleAt ?? essaySteps);
    this.samples = new Samples(inputs.train, settings.seed);
    this.step = state.step;
    this.windowStep = state.step;
    this.good = state;
    this.validations = new Validations(progress);
    this.learningRateFactor = progress?.learningRateFactor ?? 1;
    this.secondsBefore = progress?.seconds ?? 0;
    this.validationEvery = options.validationEvery ?? progress?.validationEvery ?? 0;
    if (this.validationEvery === 0 && this.plan.known) this.validationEvery = this.chooseInterval(Infinity);
  }

  /**
   * Trains until the plan is done, the signal fires or the validation loss no longer falls. Rejects with the reason of
   * the signal when that fires before the first step.
   */
  async run(): Promise<EndEvent> {
    for (;;) {
      try {
        const reason = await this.advance();
        if (reason === null) continue;
        await this.finishStepsUnderWay();
        const measured = this.validations.points.at(-1)?.step === this.step && this.good.step === this.step;
        if (!measured) await this.measureAndSave();
        // Time may have run out while the last checkpoint was written, which then says that there is some left.
        else if (reason === 'finished' && !this.savedFinished) await this.saveCheckpoint();
        return { type: 'end', reason, step: this.step, best: this.validations.best, history: this.history() };
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        await this.recover(error);
      }
    }
  }

  /** A step and what is due after it; returns why training ends, if it does. */
  private async advance(): Promise<EndEvent['reason'] | null> {
    const { signal } = this.inputs;
    if (this.finished()) return 'finished';
    // Before its first step there is nothing to save, and an earlier training or model is not to give way to nothing.
    if (this.step === 0) signal?.throwIfAborted();
    if (signal?.aborted) return 'stopped';
    while (this.mayBegin()) this.beginStep();
    const problem = await this.finishStep();
    if (problem !== null) {
      await this.rollBack(problem);
      return null;
    }
    this.calibrate();
    if (this.sampleIsDue(this.step)) await this.sample();
    if (this.measureIsDue(this.step)) await this.measureAndSave();
    else if (this.checkpointIsOverdue() && this.underWay.length === 0) await this.saveCheckpoint();
    return this.stagnates() ? 'earlyStopping' : null;
  }

  /** A text that is not yet read through can't have been learned by heart: there, a lower rate is what will help. */
  private stagnates(): boolean {
    const { earlyStopping = true } = this.inputs.options;
    return earlyStopping && this.step >= this.batches.stepsPerEpoch && this.validations.stagnates;
  }

  private finished(): boolean {
    return (this.plan.known && this.step >= this.plan.totalSteps) || this.plan.outOfTime(this.elapsed());
  }

  /** Whether a further step can be begun before the oldest is answered: nothing may be due in between. */
  private mayBegin(): boolean {
    const begun = this.underWay.length;
    if (begun === 0) return true;
    const next = this.step + begun;
    const due = !this.plan.known || next >= this.plan.totalSteps || this.sampleIsDue(next) || this.measureIsDue(next);
    return begun < this.backend.stepsInFlight && !due && !this.checkpointIsOverdue();
  }

  private beginStep(): void {
    const { settings } = this.inputs;
    const step = this.step + this.underWay.length;
    const epoch = this.batches.epochOf(step);
    const scheduled = learningRateAt(settings.schedule, step, this.plan.totalSteps, epoch);
    const learningRate = scheduled * this.learningRateFactor;
    const result = this.backend.step(this.batches.at(step), learningRate);
    result.catch(() => undefined); // it is awaited later, or no longer of interest
    this.underWay.push({ epoch, learningRate, begunAt: performance.now(), result });
  }

  /** Takes the answer of the oldest step; returns what went wrong, if something did. */
  private async finishStep(): Promise<string | null> {
    const { onEvent } = this.inputs;
    const { learningRate, begunAt, result } = this.underWay[0]!;
    const { loss, gradientNorm } = await result;
    this.underWay.shift();
    const now = performance.now();
    const milliseconds = now - Math.max(begunAt, this.answeredAt);
    this.answeredAt = now;
    const problem = this.guard.check(loss, gradientNorm);
    if (problem !== null) return problem;
    this.step++;
    this.millisecondsPerStep ||= milliseconds;
    this.millisecondsPerStep += 0.05 * (milliseconds - this.millisecondsPerStep);
    onEvent({
      type: 'step',
      step: this.step,
      totalSteps: this.plan.totalSteps,
      epoch: this.step / this.batches.stepsPerEpoch,
      loss,
      bitsPerCharacter: bitsFromNats(loss),
      gradientNorm,
      learningRate,
      charactersPerSecond: (1000 * this.charactersPerStep()) / this.millisecondsPerStep,
      secondsElapsed: this.elapsed(),
      secondsLeft: this.secondsLeft(),
      millisecondsPerStep: this.millisecondsPerStep,
    });
    return null;
  }

  /** Ends with no step under way. */
  private async finishStepsUnderWay(): Promise<void> {
    while (this.underWay.length > 0) {
      const problem = await this.finishStep();
      if (problem !== null) await this.rollBack(problem);
    }
  }

  /** Goes on from the last good state on another backend; the second time on the CPU. */
  private async recover({ message }: DeviceLostError): Promise<void> {
    const from = this.step;
    this.underWay = [];
    this.deviceLosses++;
    this.backend = await this.inputs.reopen(this.deviceLosses === 1 ? 'auto' : 'onnx');
    try {
      await this.backend.load(this.good);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      return this.recover(error);
    }
    this.standAtGoodState();
    const on = `${this.backend.device} (${this.backend.name})`;
    this.inputs.onEvent({
      type: 'notice',
      message: `At step ${from} ${message}; going on from step ${this.step} on ${on}.`,
    });
  }

  private standAtGoodState(): void {
    this.step = this.good.step;
    this.windowStep = this.step;
    this.windowStart = performance.now();
    this.guard.reset();
  }

  /** Goes back to the last good state with half the learning rate; gives up the second time. */
  private async rollBack(problem: string): Promise<void> {
    const { onEvent, settings } = this.inputs;
    const from = this.step;
    await Promise.allSettled(this.underWay.map(({ result }) => result));
    this.underWay = [];
    await this.backend.load(this.good);
    this.standAtGoodState();
    if (this.learningRateFactor < 1) {
      const advice = `train again with a learning rate under ${settings.schedule.learningRate * this.learningRateFactor}`;
      throw new UserError(
        `Training went wrong twice (${problem} at step ${from}) and was given up: ${advice}; what was good until step ${this.step} is kept.`,
      );
    }
    this.learningRateFactor = 0.5;
    onEvent({
      type: 'notice',
      message: `At step ${from} ${problem}; going on from step ${this.step} with half the learning rate.`,
    });
  }

  /** Turns a time budget into steps once the first ones have been timed. */
  private calibrate(): void {
    if (this.plan.known || this.step - this.windowStep < calibrationSteps) return;
    this.renewPlan();
    if (this.validationEvery === 0) this.validationEvery = this.chooseInterval(this.millisecondsPerStep / 1000);
  }

  private renewPlan(): void {
    const now = performance.now();
    this.plan.renew(this.step, this.elapsed(), this.step - this.windowStep, (now - this.windowStart) / 1000);
    this.windowStep = this.step;
    this.windowStart = now;
  }

  /** Often enough to lose little, seldom enough to cost little: a measurement is a third of training on its text. */
  private chooseInterval(secondsPerStep: number): number {
    const perRun = Math.ceil(this.plan.totalSteps / validationsPerRun);
    const inTime = Number.isFinite(secondsPerStep) ? Math.ceil(secondsBetweenCheckpoints / secondsPerStep) : perRun;
    const cheap = Math.ceil((7 * this.validation.length) / this.charactersPerStep());
    return Math.max(1, Math.min(perRun, inTime), Math.min(cheap, perRun * 2));
  }

  /** Measures on the validation split; keeps the model if it is the best so far, and always a checkpoint. */
  private async measureAndSave(): Promise<void> {
    const { onEvent, options, settings, vocabulary } = this.inputs;
    const measured = await this.measure();
    if (measured !== null && !Number.isFinite(measured)) {
      return this.rollBack('the validation loss is not a number any more');
    }
    // Before it counts as the best: if the device is lost here, it is measured again.
    const state = await this.backend.read();
    const best = measured === null || this.validations.add({ ...this.position(), loss: measured });
    if (measured !== null) {
      onEvent({ type: 'validation', step: this.step, loss: measured, bitsPerCharacter: bitsFromNats(measured), best });
    }
    await this.keepEarlier();
    if (best) {
      const model = { configuration: settings.model, vocabulary, weights: state.weights, history: this.history() };
      await writeModelFile(join(options.out, modelFileName), model);
    }
    await this.saveCheckpoint(state);
  }

  /** @param state where the training stands, if it has been read already. */
  private async saveCheckpoint(state?: TrainingState): Promise<void> {
    const { onEvent, options, settings, vocabulary, trainingHash } = this.inputs;
    this.good = state ?? (await this.backend.read());
    await this.keepEarlier();
    // A plan that is done stays so, although a little time may be left: it isn't for resuming.
    this.savedFinished = this.finished();
    if (!this.savedFinished) this.renewPlan();
    await writeCheckpoint(options.out, {
      settings,
      vocabulary,
      trainingHash,
      progress: this.progress(),
      state: this.good,
    });
    this.savedAt = performance.now();
    this.inputs.onSaved();
    onEvent({ type: 'checkpoint', step: this.step, path: checkpointPath(options.out) });
  }

  /** Before a new training writes for the first time, an earlier one in its folder gets other names. */
  private async keepEarlier(): Promise<void> {
    if (this.keptEarlier) return;
    this.keptEarlier = true;
    if (await keepEarlier(this.inputs.options.out)) {
      const message = `The earlier training in ${this.inputs.options.out} is kept there under .previous names.`;
      this.inputs.onEvent({ type: 'notice', message });
    }
  }

  /** Mean loss on the validation split in nats; null where there is none. */
  private async measure(): Promise<number | null> {
    const { batchSize, sequenceLength, model } = this.inputs.settings;
    const count = evaluatedCharacters(this.validation.length, batchSize);
    if (count === 0) return null;
    let total = 0;
    for (const batch of evaluationBatches(this.validation, batchSize, sequenceLength, model.vocabularySize)) {
      total += await this.backend.evaluate(batch);
    }
    return total / count;
  }

  private sampleIsDue(step: number): boolean {
    return this.sampleSteps.has(step) || (this.inputs.options.sampleAt === undefined && step % 2000 === 0);
  }

  private measureIsDue(step: number): boolean {
    return this.validationEvery > 0 && step % this.validationEvery === 0;
  }

  private checkpointIsOverdue(): boolean {
    return performance.now() - this.savedAt > 1000 * secondsBetweenCheckpoints;
  }

  private async sample(): Promise<void> {
    const { settings, vocabulary, onEvent } = this.inputs;
    const { weights } = await this.backend.read();
    const model = { configuration: settings.model, vocabulary, weights, history: null };
    onEvent({ type: 'sample', step: this.step, texts: await this.samples.draw(model) });
  }

  private progress(): Progress {
    return {
      totalSteps: this.plan.totalSteps,
      seconds: this.elapsed(),
      validationEvery: this.validationEvery,
      validation: this.validations.points,
      best: this.validations.best,
      withoutImprovement: this.validations.withoutImprovement,
      learningRateFactor: this.learningRateFactor,
      // After the loss of a GPU the next run may find it again.
      backend: this.inputs.backend.name,
    };
  }

  private history(): TrainingHistory {
    return {
      settings: describeSettings(this.inputs.settings),
      backend: this.backend.name,
      device: this.backend.device,
      ...this.position(),
      validation: this.validations.points,
      best: this.validations.best,
    };
  }

  private position(): { step: number; characters: number; seconds: number } {
    return { step: this.step, characters: this.step * this.charactersPerStep(), seconds: this.elapsed() };
  }

  private charactersPerStep(): number {
    return this.inputs.settings.batchSize * this.inputs.settings.sequenceLength;
  }

  /** Seconds of training, those before a resume included. */
  private elapsed(): number {
    return this.secondsBefore + (performance.now() - this.startedAt) / 1000;
  }

  private secondsLeft(): number {
    const { budget } = this.inputs.settings;
    if ('seconds' in budget) return Math.max(0, budget.seconds - this.elapsed());
    return ((this.plan.totalSteps - this.step) * this.millisecondsPerStep) / 1000;
  }
}
