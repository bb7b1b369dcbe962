import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../../src/model/training/log/entries';
import { LogRecorder } from '../../../../src/model/training/log/recorder';
import { bestOf, storyOf } from '../../../../src/model/training/log/story';
import type { TrainEvent } from '../../../../src/model/training/options';

const start = (resumedAtStep: number | null, secondsBefore = 0): TrainEvent => ({
  ...{ type: 'start', device: 'CPU', backend: 'onnx', parameters: 7, resumedAtStep, secondsBefore },
  settings: { batchSize: 10, sequenceLength: 5 },
});

/** The step number is its loss, and it took a second. */
const step = (n: number): TrainEvent => ({
  ...{ type: 'step', step: n, totalSteps: 1e6, epoch: 0, loss: n, bitsPerCharacter: n, gradientNorm: 2 * n },
  ...{ learningRate: 1 / n, charactersPerSecond: 50, secondsElapsed: n, secondsLeft: 9, millisecondsPerStep: 1000 },
});

const validation = (n: number, best: boolean): TrainEvent => ({
  ...{ type: 'validation', step: n, loss: n, bitsPerCharacter: n, best },
});

let time = 999;

function record(...events: readonly TrainEvent[]): LogEntry[] {
  const recorder = new LogRecorder(() => ++time);
  return events.flatMap((event) => recorder.record(event));
}

const steps = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => step(from + i));

describe('LogRecorder', () => {
  it('tells the first steps one by one, with where they are', () => {
    expect(record(start(null), step(1), step(2)).slice(1)).toEqual([
      expect.objectContaining({ type: 'steps', step: 1, characters: 50, seconds: 1, count: 1, bitsPerCharacter: 1 }),
      expect.objectContaining({ type: 'steps', step: 2, characters: 100, seconds: 2, count: 1, gradientNorm: 4 }),
    ]);
  });

  it('then groups of ever more steps, of which it has the means, and leaves none out', () => {
    const { steps: entries } = storyOf(record(start(null), ...steps(1, 100_000)));
    expect(entries.length).toBeLessThan(300 * (1 + Math.log(100_000 / 300)) * 1.1);
    let before = 0;
    for (const { step, count, bitsPerCharacter } of entries) {
      expect(step - count).toBe(before);
      expect(bitsPerCharacter).toBeCloseTo(before + (count + 1) / 2, -2);
      expect(count).toBeLessThanOrEqual(Math.ceil(step / 300));
      before = step;
    }
    expect(100_000 - before).toBeLessThan(334);
  });

  it('ends a group at a measurement, so that nothing stands before what it follows', () => {
    const entries = record(start(null), ...steps(1, 1001), validation(1001, true));
    expect(entries.at(-1)).toMatchObject({ type: 'validation', step: 1001, characters: 50_050, best: true });
    expect(entries.at(-2)).toMatchObject({ type: 'steps', step: 1001 });
  });

  it('counts on after a resume', () => {
    expect(record(start(40, 33), step(41))).toEqual([
      expect.objectContaining({ type: 'start', step: 40, characters: 2000, seconds: 33 }),
      expect.objectContaining({ type: 'steps', step: 41, count: 1 }),
    ]);
  });
});

describe('storyOf', () => {
  it('leaves out what a killed training did after its last checkpoint', () => {
    const before = record(start(null), ...steps(1, 20), validation(20, true), ...steps(21, 40), validation(40, true));
    const story = storyOf([...before, ...record(start(20, 20), ...steps(21, 30))]);
    expect(story.steps.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(story.validations.map(({ step }) => step)).toEqual([20]);
    expect(story.starts).toHaveLength(2);
  });

  it('leaves out what was rolled back', () => {
    const story = storyOf(record(start(null), ...steps(1, 500), ...steps(401, 420), validation(420, true)));
    expect(story.steps.at(-1)!.step).toBe(420);
    const covered = story.steps.reduce((sum, { count }) => sum + count, 0);
    expect(covered).toBeGreaterThanOrEqual(419);
    expect(covered).toBeLessThanOrEqual(420);
  });

  it('is the same when an entry comes twice', () => {
    const slow: TrainEvent = { type: 'notice', message: 'slow' };
    const lost: TrainEvent = { type: 'notice', message: 'lost' };
    const sample: TrainEvent = { type: 'sample', step: 2, texts: [] };
    const entries = record(slow, start(null), step(1), validation(1, true), lost, step(2), lost, slow, sample);
    const story = storyOf(entries);
    expect(story.notices.map(({ step, message }) => [step, message])).toEqual([
      ...[
        [0, 'slow'],
        [1, 'lost'],
      ],
      ...[
        [2, 'lost'],
        [2, 'slow'],
      ],
    ]);
    expect(storyOf(entries.flatMap((entry) => [entry, entry]))).toEqual(story);
    // What is read of a file, and then what was heard meanwhile.
    expect(storyOf([...entries, ...entries.slice(4)])).toEqual(story);
  });

  it('knows the best measurement, and whether the training has ended', () => {
    const events = [start(null), step(1), validation(1, true), step(2), validation(2, false)];
    const story = storyOf(record(...events));
    expect(bestOf(story)!.step).toBe(1);
    expect(story.validations).toHaveLength(2);
    expect(story.end).toBeNull();
  });
});
