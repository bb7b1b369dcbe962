import { expect, it } from 'vitest';
import { mergeLogs } from '../../../src/extension/views/dashboard/mergeLogs';
import type { LogEntry } from '../../../src/model/training/log/entries';
import { storyOf } from '../../../src/model/training/log/story';

const position = (step: number) => ({ step, characters: 100 * step, seconds: step });
const start = (step: number): LogEntry => ({
  ...{ type: 'start', ...position(step), version: 1, time: 1000 + step, backend: 'onnx', device: 'CPU', parameters: 9 },
  settings: {},
});
const steps = (step: number): LogEntry => ({
  ...{ type: 'steps', ...position(step), count: 1, bitsPerCharacter: 3, gradientNorm: 1, learningRate: 0.1 },
  ...{ charactersPerSecond: 9, totalSteps: 0, secondsLeft: 0 },
});
const notice = (step: number): LogEntry => ({ type: 'notice', ...position(step), message: 'It went back.' });

it('tells what was logged while the file was read, and nothing twice', () => {
  const before = [start(0), steps(1), notice(1), steps(2)];
  const now = [start(2), steps(3), notice(3), steps(4), notice(4)];
  for (let written = 0; written <= now.length; written++) {
    const merged = mergeLogs([...before, ...now.slice(0, written)], now);
    expect(merged).toEqual([...before, ...now]);
  }
  const story = storyOf(mergeLogs([...before, ...now.slice(0, 3)], now));
  expect(story.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(story.notices).toHaveLength(3);
});
