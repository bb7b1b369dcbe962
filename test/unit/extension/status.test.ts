import { expect, test } from 'vitest';
import { type StatusFacts, statusOf } from '../../../src/extension/status';
import { resumesByItself } from '../../../src/extension/training/marker';

const linux = { title: 'Linux', languages: 'C' };

const ready: StatusFacts = {
  problem: null,
  training: null,
  hasModel: true,
  pretrained: null,
  model: 'LSTM 2 × 256',
  busy: false,
  completionsEnabled: true,
};

test.for<[Partial<StatusFacts>, string]>([
  [{}, 'ready'],
  [{ completionsEnabled: false }, 'paused'],
  [{ busy: true }, 'thinking'],
  [{ model: null }, 'thinking'],
  [{ hasModel: false, model: null }, 'noModel'],
  [{ pretrained: { ...linux, waiting: true }, model: null }, 'pretrained'],
  [{ pretrained: { ...linux, waiting: false }, model: null }, 'thinking'],
  [{ pretrained: { ...linux, waiting: false } }, 'pretrained'],
  [{ problem: 'The file is damaged.', model: null }, 'error'],
  [{ problem: 'The file is damaged.', training: { share: 0.4, detail: '' } }, 'training'],
])('%j is shown as %s', ([facts, kind]) => {
  expect(statusOf({ ...ready, ...facts }).kind).toBe(kind);
});

test('a training goes on by itself after a reload, not days later, and not when it was stopped', () => {
  const seen = 1_000_000;
  expect(resumesByItself({ folder: '', state: 'running', seen }, seen + 60_000)).toBe(true);
  expect(resumesByItself({ folder: '', state: 'running', seen }, seen + 86_400_000)).toBe(false);
  expect(resumesByItself({ folder: '', state: 'stopped', seen }, seen)).toBe(false);
});
