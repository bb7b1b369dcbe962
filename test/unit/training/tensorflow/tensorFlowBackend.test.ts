import { expect, it } from 'vitest';
import { DeviceLostError } from '../../../../src/model/training/backend';
import { computesRight } from '../../../../src/model/training/backends/tensorflow/selfTest';
import { TensorFlowBackend } from '../../../../src/model/training/backends/tensorflow/tensorFlowBackend';
import { batchOf, initialState, settingsOf } from '../backendCases';
import { openTensorFlow, skipWithoutTensorFlow } from './testTensorFlow';

const cases = [
  { title: 'Adam', changes: { sequenceLength: 3, dropout: 0.3, clipValue: 0.1, clipNorm: 0.05 } },
  { title: 'RMSprop', changes: { sequenceLength: 3, optimizer: 'rmsprop' } },
] as const;

it.for(cases)('holds as many tensors after 1,000 steps as after one: $title', async (testCase, context) => {
  skipWithoutTensorFlow(context);
  const binding = openTensorFlow();
  const before = binding.getNumOfTensors();
  const settings = settingsOf(testCase);
  const backend = new TensorFlowBackend(binding, settings);
  const state = initialState(settings);
  await backend.load(state);
  await backend.step(batchOf(settings, 0), 0.01);
  await backend.evaluate(batchOf(settings, 0));
  const afterOne = binding.getNumOfTensors();
  for (let step = 1; step <= 1000; step++) await backend.step(batchOf(settings, step), 0.001);
  await backend.evaluate(batchOf(settings, 0));
  await backend.read();
  await backend.load(state);
  expect(binding.getNumOfTensors()).toBe(afterOne);
  await backend.dispose();
  expect(binding.getNumOfTensors()).toBe(before);
});

it('does not keep what it had made when an operator fails, and says that the device is lost', async (context) => {
  skipWithoutTensorFlow(context);
  const binding = openTensorFlow();
  const settings = settingsOf({ title: '' });
  const backend = new TensorFlowBackend(binding, settings);
  await backend.load(initialState(settings));
  const before = binding.getNumOfTensors();
  const { inputs, carry } = batchOf(settings, 0);
  const targets = new Int32Array(inputs.length).fill(settings.model.vocabularySize);
  await expect(backend.step({ inputs, targets, carry }, 0.01)).rejects.toThrow(DeviceLostError);
  expect(binding.getNumOfTensors()).toBe(before);
  await backend.dispose();
});

it('leaves the work to a later turn, with a copy of the batch', async (context) => {
  skipWithoutTensorFlow(context);
  const settings = settingsOf({ title: '' });
  const batch = batchOf(settings, 0);
  const backend = new TensorFlowBackend(openTensorFlow(), settings);
  const takeStep = async (spoil: boolean) => {
    await backend.load(initialState(settings));
    const own = { inputs: batch.inputs.slice(), targets: batch.targets.slice(), carry: batch.carry.slice() };
    let turn = 'none';
    setImmediate(() => {
      turn = 'another';
    });
    const result = backend.step(own, 0.01);
    expect(turn).toBe('none');
    if (spoil) own.inputs.fill(0);
    const answer = await result;
    expect(turn).toBe('another');
    return answer;
  };
  expect(await takeStep(true)).toEqual(await takeStep(false));
  await backend.dispose();
});

it('passes its own test, which a library that computes something else fails', async (context) => {
  skipWithoutTensorFlow(context);
  const binding = openTensorFlow();
  expect(await computesRight((settings) => new TensorFlowBackend(binding, settings))).toBe(true);
  const executeOp: typeof binding.executeOp = (operator, ...rest) =>
    binding.executeOp(operator === 'AddV2' ? 'Sub' : operator, ...rest);
  // The members of an addon can't be copied, but inherited.
  const wrong: typeof binding = Object.create(binding, { executeOp: { value: executeOp } });
  expect(await computesRight((settings) => new TensorFlowBackend(wrong, settings))).toBe(false);
});
