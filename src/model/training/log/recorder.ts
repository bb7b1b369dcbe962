import type { TrainEvent } from '../options';
import type { LogEntry, Position, StepsEntry } from './entries';

type StepEvent = Extract<TrainEvent, { type: 'step' }>;

/**
 * Steps are told one by one up to this one, and from there in groups that grow with the steps taken, each a 300th of
 * them: a plot is as fine as its pixels, and a million steps are 2,700 entries, half a megabyte.
 */
const finest = 300;

/** Turns the events of a training into the entries of its log. */
export class LogRecorder {
  private position: Position = { step: 0, characters: 0, seconds: 0 };
  private charactersPerStep = 0;
  private group: StepEvent[] = [];

  /** @param now the time, in milliseconds since 1970. */
  constructor(private readonly now: () => number = Date.now) {}

  /** The entries that an event completes, in order. */
  record(event: TrainEvent): LogEntry[] {
    switch (event.type) {
      case 'start':
        return [this.start(event)];
      case 'step':
        return this.step(event);
      case 'validation': {
        const { bitsPerCharacter, best } = event;
        const rounded = { bitsPerCharacter: round(bitsPerCharacter), best };
        return [...this.closeGroup(), { type: 'validation', ...this.position, ...rounded }];
      }
      case 'sample':
        return [...this.closeGroup(), { type: 'sample', ...this.position, texts: event.texts }];
      case 'notice':
        return [...this.closeGroup(), { type: 'notice', ...this.position, message: event.message }];
      case 'end':
        return [...this.closeGroup(), { type: 'end', ...this.position, reason: event.reason }];
      case 'corpus':
      case 'checkpoint':
      case 'log':
        return [];
    }
  }

  private start(event: Extract<TrainEvent, { type: 'start' }>): LogEntry {
    const { backend, device, parameters, settings, resumedAtStep, secondsBefore } = event;
    this.charactersPerStep = Number(settings.batchSize) * Number(settings.sequenceLength);
    const step = resumedAtStep ?? 0;
    this.position = { step, characters: step * this.charactersPerStep, seconds: round(secondsBefore) };
    return { type: 'start', ...this.position, version: 1, time: this.now(), backend, device, parameters, settings };
  }

  private step(event: StepEvent): LogEntry[] {
    // The training has gone back to an earlier state: what was begun is not to be told.
    if (event.step <= this.position.step) this.group = [];
    this.group.push(event);
    this.position = {
      step: event.step,
      characters: event.step * this.charactersPerStep,
      seconds: round(event.secondsElapsed, 6),
    };
    return this.group.length * finest >= event.step ? this.closeGroup() : [];
  }

  private closeGroup(): StepsEntry[] {
    const { group } = this;
    const last = group.at(-1);
    if (last === undefined) return [];
    this.group = [];
    const mean = (value: (event: StepEvent) => number) =>
      round(group.reduce((sum, event) => sum + value(event), 0) / group.length);
    const entry: StepsEntry = {
      type: 'steps',
      ...this.position,
      count: group.length,
      bitsPerCharacter: mean(({ bitsPerCharacter }) => bitsPerCharacter),
      gradientNorm: mean(({ gradientNorm }) => gradientNorm),
      learningRate: round(last.learningRate),
      charactersPerSecond: Math.round(last.charactersPerSecond),
      totalSteps: last.totalSteps,
      secondsLeft: round(last.secondsLeft, 3),
    };
    return [entry];
  }
}

/** To so many significant digits: more would make the log longer and no plot better. */
function round(value: number, digits = 5): number {
  return Number(value.toPrecision(digits));
}
