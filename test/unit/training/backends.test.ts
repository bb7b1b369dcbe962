import { afterAll, afterEach, describe, expect, it, type TestContext } from 'vitest';
import type { CellType } from '../../../src/model/lstm/configuration';
import type { BackendSettings, TrainingBackend } from '../../../src/model/training/backend';
import { OnnxBackend } from '../../../src/model/training/backends/onnx/onnxBackend';
import { TensorFlowBackend } from '../../../src/model/training/backends/tensorflow/tensorFlowBackend';
import { WebGpuBackend } from '../../../src/model/training/backends/webgpu/webGpuBackend';
import { referenceStep } from '../lstm/referenceStep';
import { batchOf, type Case, difference, initialState, settingsOf } from './backendCases';
import { openTensorFlow, skipWithoutTensorFlow } from './tensorflow/testTensorFlow';
import { TestGpu } from './webgpu/testGpu';

// Every backend runs the same table: it must take the steps that the plain reference takes.

interface TestedBackend {
  create(settings: BackendSettings): Promise<TrainingBackend>;
  /** All by default. */
  readonly cellTypes?: readonly CellType[];
  readonly needsGpu?: boolean;
  readonly needsTensorFlow?: boolean;
}

const testGpu = new TestGpu();
afterAll(() => testGpu.dispose());

const backends: Record<string, TestedBackend> = {
  'onnx, 1 replica': { create: (settings) => OnnxBackend.create(settings, { threads: 1, replicas: 1 }) },
  'onnx, 1 replica, 2 threads': { create: (settings) => OnnxBackend.create(settings, { threads: 2, replicas: 1 }) },
  'onnx, 3 replicas': { create: (settings) => OnnxBackend.create(settings, { threads: 2, replicas: 3 }) },
  webgpu: {
    create: async (settings) => WebGpuBackend.create(settings, { gpu: await testGpu.open() }),
    cellTypes: ['lstm'],
    needsGpu: true,
  },
  tensorflow: {
    create: async (settings) => new TensorFlowBackend(openTensorFlow(), settings),
    cellTypes: ['lstm'],
    needsTensorFlow: true,
  },
};

const table: Case[] = [
  { title: 'LSTM' },
  { title: 'LSTM, 1 layer', numLayers: 1 },
  { title: 'LSTM, 3 layers', numLayers: 3 },
  { title: 'GRU', cellType: 'gru' },
  { title: 'RNN', cellType: 'rnn' },
  { title: 'RMSprop', changes: { optimizer: 'rmsprop', beta2: 0.95 } },
  { title: 'clipping by value', changes: { clipValue: 1e-3 } },
  { title: 'clipping by norm', changes: { clipNorm: 0.02 } },
  { title: 'clipping by both', changes: { clipValue: 2e-3, clipNorm: 0.02 } },
  { title: 'dropout', changes: { dropout: 0.4 } },
  { title: 'dropout, GRU of 3 layers', cellType: 'gru', numLayers: 3, changes: { dropout: 0.2 } },
  // With 16 streams a replica, or a multiple of it, activations lie the other way round in memory.
  { title: '48 streams', changes: { batchSize: 48 } },
  { title: '48 streams, GRU', cellType: 'gru', changes: { batchSize: 48 } },
  { title: '48 streams, RNN', cellType: 'rnn', changes: { batchSize: 48 } },
  { title: '48 streams, 3 layers, dropout', numLayers: 3, changes: { batchSize: 48, dropout: 0.4 } },
  { title: 'one stream of one step', changes: { batchSize: 3, sequenceLength: 1 } },
];

/** Where gates are padded in memory: too large for the plain reference to take many steps. */
const wide: Case[] = [
  { title: '256 units', model: { hiddenSize: 256 }, changes: { sequenceLength: 2 } },
  { title: '256 units, 48 streams', model: { hiddenSize: 256 }, changes: { batchSize: 48, sequenceLength: 2 } },
];

const open: TrainingBackend[] = [];
afterEach(async () => {
  for (const backend of open.splice(0)) await backend.dispose();
});

async function start({ create }: TestedBackend, settings: BackendSettings) {
  const backend = await create(settings);
  open.push(backend);
  return backend;
}

async function skipWhereMissing({ needsGpu, needsTensorFlow }: TestedBackend, context: TestContext) {
  if (needsGpu) await testGpu.skipIfMissing(context);
  if (needsTensorFlow) skipWithoutTensorFlow(context);
}

describe.each(Object.entries(backends))('%s', (_name, tested) => {
  const cases = table.filter(({ cellType = 'lstm' }) => tested.cellTypes?.includes(cellType) ?? true);

  it.for(cases)('follows the reference for 20 steps: $title', async (testCase, context) => {
    await skipWhereMissing(tested, context);
    const settings = settingsOf(testCase);
    const backend = await start(tested, settings);
    let state = initialState(settings);
    await backend.load(state);
    for (let step = 0; step < 20; step++) {
      const batch = batchOf(settings, step);
      const expected = referenceStep(settings, state, batch, 0.01);
      const actual = await backend.step(batch, 0.01);
      expect(actual.loss).toBeCloseTo(expected.result.loss, 4);
      expect(actual.gradientNorm / expected.result.gradientNorm).toBeCloseTo(1, 3);
      state = expected.state;
    }
    const read = await backend.read();
    expect(read.step).toBe(20);
    expect(difference(read.hidden, state.hidden)).toBeLessThan(1e-3);
    expect(difference(read.weights, state.weights)).toBeLessThan(2e-3);
  });

  it.for([...cases, ...wide])('has the gradients of the reference: $title', async (testCase, context) => {
    await skipWhereMissing(tested, context);
    // RMSprop with beta 2 = 0 keeps the squares of the last gradient as its moments; a rate of 0 changes nothing else.
    const settings = { ...settingsOf(testCase), optimizer: 'rmsprop', beta2: 0 } as const;
    const backend = await start(tested, settings);
    const state = initialState(settings);
    await backend.load(state);
    const batch = batchOf(settings, 0);
    await backend.step(batch, 0);
    const expected = referenceStep(settings, state, batch, 0);
    const read = await backend.read();
    expect(difference(read.moments, expected.state.moments)).toBeLessThan(1e-4);
    expect(difference(read.weights, state.weights)).toBe(0);
  });

  it('goes on from what was read as if it had never stopped', async (context) => {
    await skipWhereMissing(tested, context);
    const settings = settingsOf({ title: '', changes: { dropout: 0.3 } });
    const unbroken = await start(tested, settings);
    await unbroken.load(initialState(settings));
    for (let step = 0; step < 4; step++) await unbroken.step(batchOf(settings, step), 0.01);
    const resumed = await start(tested, settings);
    await resumed.load(await unbroken.read());
    for (let step = 4; step < 8; step++) {
      const batch = batchOf(settings, step);
      expect(await resumed.step(batch, 0.01)).toEqual(await unbroken.step(batch, 0.01));
    }
  });

  it('forgets what was not a number when it is loaded anew', async (context) => {
    await skipWhereMissing(tested, context);
    const settings = settingsOf({ title: '' });
    const backend = await start(tested, settings);
    const state = initialState(settings);
    const spoilt = new Map(
      [...state.weights].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => NaN) }]),
    );
    const batch = { ...batchOf(settings, 0), carry: new Float32Array(settings.batchSize) };
    await backend.load({ ...state, weights: spoilt });
    await backend.evaluate(batch);
    await backend.load(state);
    expect(await backend.evaluate(batch)).toBeGreaterThan(0);
  });

  const evaluated = [{ title: '9 units', changes: { dropout: 0.5 } }, ...wide];
  it.for(evaluated)('evaluates with a state of its own: $title', async (testCase, context) => {
    await skipWhereMissing(tested, context);
    const settings = settingsOf(testCase);
    const backend = await start(tested, settings);
    const state = initialState(settings);
    await backend.load(state);
    const batch = batchOf(settings, 0);
    const plain = { ...settings, dropout: 0 };
    const mean = referenceStep(plain, state, batch, 0).result.loss;
    expect((await backend.evaluate(batch)) / (mean * batch.inputs.length)).toBeCloseTo(1, 5);
    // Targets past the vocabulary are left out.
    const none = new Int32Array(batch.targets.length).fill(settings.model.vocabularySize);
    expect(await backend.evaluate({ ...batch, targets: none })).toBe(0);
    const read = await backend.read();
    expect(difference(read.hidden, state.hidden)).toBe(0);
  });
});
