import { expect, it } from 'vitest';
import type { TrainEvent } from '../../../src/model/training/options';
import { throttleSteps } from '../../../src/process/training/events';

const step = (n: number) => ({ type: 'step', step: n }) as TrainEvent;
const log = { type: 'log' } as TrainEvent;
const validation = { type: 'validation', step: 0, loss: 1, bitsPerCharacter: 1, best: true } as const;

it('passes on ten steps a second, and before anything else the step it belongs to', () => {
  let now = 0;
  const told: (number | string)[] = [];
  const tell = throttleSteps(
    (event) => told.push(event.type === 'step' ? event.step : event.type),
    () => now,
  );
  for (let n = 0; n <= 25; n++) {
    tell(step(n));
    if (n === 13 || n === 20) tell(validation);
    if (n === 5) tell(log);
    now += 10;
  }
  expect(told).toEqual([0, 'log', 10, 13, 'validation', 20, 'validation']);
});
