import { expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { chooseCustomPlan } from '../../../src/extension/training/customPlan';
import { budgetsFor, describeMinutes, planOf } from '../../../src/extension/training/plan';
import {
  describePreview,
  summarizeExclusions,
  summarizeLanguages,
  summarizePreview,
} from '../../../src/extension/training/previewText';
import {
  describeStep,
  hasHardlyLearned,
  type StepEvent,
  sampleLine,
  shareDone,
} from '../../../src/extension/training/progressText';
import type { PreviewResult } from '../../../src/process/protocol';

const step: StepEvent = {
  type: 'step',
  step: 43,
  totalSteps: 100,
  epoch: 0.5,
  loss: 1.6,
  bitsPerCharacter: 2.308,
  gradientNorm: 1,
  learningRate: 0.01,
  charactersPerSecond: 123_456,
  secondsElapsed: 20,
  secondsLeft: 72,
  millisecondsPerStep: 20,
};

const preview: PreviewResult = {
  files: 3,
  bytes: 1000,
  characters: 1000,
  vocabularySize: 40,
  languages: [
    { language: 'C', files: 2, characters: 900 },
    { language: 'Makefile', files: 1, characters: 100 },
  ],
  excluded: [
    { reason: 'too large', count: 1, examples: ['big.c'] },
    { reason: 'may hold secrets', count: 7, examples: ['.env', 'a|b`.key'] },
  ],
};

test('progress says what people ask, in one line', () => {
  expect(describeStep(step, 'CPU, 2 threads')).toBe(
    '43 % · step 43 · 2.31 bits per character · 123K characters/s · CPU, 2 threads · 1 min 12 s left',
  );
});

test('a model that knows letters and no words has hardly learned', () => {
  expect(hasHardlyLearned({ bitsPerCharacter: 5.9 })).toBe(true);
  expect(hasHardlyLearned({ bitsPerCharacter: 1.7 })).toBe(false);
  // Nothing was measured where the text is too short.
  expect(hasHardlyLearned({ bitsPerCharacter: null })).toBe(false);
});

test('the share done is that of the steps, and of the time before these are known', () => {
  expect(shareDone(step)).toBe(0.43);
  expect(shareDone({ ...step, totalSteps: 0, secondsElapsed: 10, secondsLeft: 30 })).toBe(0.25);
  expect(shareDone({ ...step, totalSteps: 0, secondsElapsed: 0, secondsLeft: 0 })).toBe(0);
  expect(shareDone({ ...step, step: 120 })).toBe(1);
});

test('a sample is shown by its longest line, without what would break the notification', () => {
  expect(sampleLine('}\n\treturn\u0001 0;\n\n')).toBe('return 0;');
  expect(sampleLine('')).toBe('');
  const long = sampleLine('😀'.repeat(100));
  expect([...long]).toHaveLength(60);
  expect(long.endsWith('😀…')).toBe(true);
});

test('a preview is told in a line each, and whole', () => {
  expect(summarizePreview(preview)).toBe('3 files, 1,000 characters');
  expect(summarizeLanguages(preview)).toBe('C 90.0 %, Makefile 10.0 %');
  expect(summarizeLanguages(preview, 1)).toBe('C 90.0 % …');
  expect(summarizeExclusions(preview)).toBe('too large (1), may hold secrets (7)');
  const text = describePreview(preview);
  expect(text).toContain('| C | 2 | 900 |');
  expect(text).toContain("| may hold secrets | 7 | `.env`, `a\\|b'.key`, … |");
});

test('budgets begin with the one of the setting and name each once', () => {
  expect(budgetsFor(10)).toEqual([10, 2, 60]);
  expect(budgetsFor(30)).toEqual([30, 2, 10, 60]);
  expect([0.5, 1, 10, 60, 90].map(describeMinutes)).toEqual([
    '30 seconds',
    '1 minute',
    '10 minutes',
    '1 hour',
    '1.5 hours',
  ]);
});

test('a plan leaves the size to the recipe unless a setting names one', () => {
  expect(planOf(2, 'auto', 'auto')).toEqual({ minutes: 2, backend: 'auto' });
  expect(planOf(60, 'large', 'onnx')).toEqual({ minutes: 60, backend: 'onnx', hiddenSize: 512 });
});

test.each([
  ['none', 5, ['backend', 'dropout', 'hiddenSize', 'minutes', 'numLayers']],
  ['linux', 3, ['backend', 'dropout', 'minutes']],
])('a custom plan that starts from %s takes %i questions', async (startFrom, questions, names) => {
  const values: Record<string, unknown> = {
    ...{ 'training.startFrom': startFrom, 'training.modelSize': 'small', 'training.minutes': 7 },
    'training.backend': 'onnx',
  };
  const ask = vi.spyOn(vscode.window, 'showInputBox');
  const pick = vi.spyOn(vscode.window, 'showQuickPick');
  const plan = await chooseCustomPlan({ get: (name: string) => values[name] } as never, preview);
  expect(Object.keys(plan!).sort()).toEqual(names);
  expect(plan).toMatchObject({ minutes: 7, backend: 'onnx' });
  const titles = [...ask.mock.calls.map(([options]) => options?.title), pick.mock.calls[0]![1]?.title];
  expect(titles).toEqual(
    Array.from({ length: questions }, (_, i) => `Train on Workspace: Custom (${i + 1}/${questions})`),
  );
  vi.restoreAllMocks();
});
