import { readdirSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { zerosLike } from '../../../src/model/lstm/weights';
import { readModelFile } from '../../../src/model/onnx/modelFile';
import { DeviceLostError, type TrainingBackend, type TrainingState } from '../../../src/model/training/backend';
import { readCheckpoint } from '../../../src/model/training/checkpoint';
import { zeroMoments } from '../../../src/model/training/optimizer';
import type { TrainEvent, TrainOptions } from '../../../src/model/training/options';
import { TrainingRun } from '../../../src/model/training/run';
import { chooseSettings, type TrainingSettings } from '../../../src/model/training/settings';
import { useTemporaryFolder } from '../files/temporaryFolder';

const inFolder = useTemporaryFolder();
afterEach(() => vi.restoreAllMocks());

const characters = 1000;
const vocabulary = Vocabulary.fromCounts(new Map([[97, characters]]));
const validationEvery = 10;
const options = { source: '', out: '', epochs: 10, hiddenSize: 4, batchSize: 2, sequenceLength: 10, validationEvery };
const settings = chooseSettings(options, characters, vocabulary.size, 1);

/** A backend that only counts its steps, and whose losses are what a test says. */
class CountingBackend implements TrainingBackend {
  readonly name = 'onnx';
  readonly device = 'nothing';
  private state: TrainingState = {
    weights: zerosLike(settings.model),
    moments: zeroMoments(settings.model, settings.optimizer),
    hidden: zeroHidden(settings.model, settings.batchSize),
    step: 0,
  };

  constructor(
    readonly stepsInFlight: number,
    private readonly validationLoss: () => number = () => 1,
  ) {}

  async load(state: TrainingState) {
    this.state = state;
  }

  async step() {
    this.state = { ...this.state, step: this.state.step + 1 };
    return { loss: 1, gradientNorm: 1 };
  }

  async evaluate() {
    return this.validationLoss();
  }

  async read() {
    return this.state;
  }

  async dispose() {}
}

/** Runs a training and returns what it told. */
async function run(
  backend: TrainingBackend,
  onStep: (step: number) => void = () => {},
  changes: Partial<TrainOptions & Pick<TrainingSettings, 'budget'>> = {},
): Promise<TrainEvent[]> {
  const { budget = settings.budget, ...changed } = changes;
  const events: TrainEvent[] = [];
  const training = new TrainingRun({
    options: { ...options, out: inFolder('out'), sampleAt: [], earlyStopping: false, ...changed },
    settings: { ...settings, budget },
    ...{ backend, vocabulary, trainingHash: '', progress: null, signal: undefined },
    reopen: async () => backend,
    train: { tokens: new Uint8Array(characters), documents: [] },
    validation: new Uint8Array(100),
    state: await backend.read(),
    onSaved: () => {},
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'step') onStep(event.step);
    },
  });
  await training.run();
  return events;
}

const stepsOf = (events: readonly TrainEvent[], type: 'checkpoint' | 'validation') =>
  events.flatMap((event) => (event.type === type ? [event.step] : []));

it.each([1, 3])('saves a checkpoint every two minutes, however rarely it measures (%i steps in flight)', async (n) => {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const events = await run(new CountingBackend(n), (step) => {
    if (step === 14) now += 121_000;
  });
  const between = stepsOf(events, 'checkpoint').filter((step) => step % validationEvery !== 0);
  expect(between).toHaveLength(1);
  expect(between[0]).toBeGreaterThanOrEqual(14);
  expect(between[0]).toBeLessThan(14 + n);
  expect(stepsOf(events, 'validation').filter((step) => step % validationEvery !== 0)).toEqual([]);
  expect(readdirSync(inFolder('out')).sort()).toEqual(['checkpoint.safetensors', 'model.onnx']);
});

it('goes back to the last good state when the validation loss is not a number', async () => {
  let batches = 0;
  const backend = new CountingBackend(1, () => (++batches === 32 ? Number.NaN : 1));
  const events = await run(backend);
  const losses = events.flatMap((event) => (event.type === 'validation' ? [event.loss] : []));
  expect(losses.every(Number.isFinite)).toBe(true);
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  expect(notices).toEqual([expect.stringMatching(/validation loss is not a number.*half the learning rate/)]);
});

it('measures again, and keeps the model, when the device is lost before that is read', async () => {
  const backend = new CountingBackend(1);
  const initial = backend.read.bind(backend);
  let reads = 0;
  // The first reading is for the state to start from, the third for the second model.
  backend.read = async () => {
    if (++reads === 3) throw new DeviceLostError('the GPU was lost');
    return initial();
  };
  // Equal losses from the second point on: if that counted without its model, none would beat it.
  backend.evaluate = async () => ((await initial()).step > validationEvery ? 1 : 2);
  const events = await run(backend);
  expect(events.filter(({ type }) => type === 'notice')).toHaveLength(1);
  expect((await readModelFile(inFolder('out'))).history!.best!.step).toBe(2 * validationEvery);
});

it('is done when the steps of its plan are, although they took less time than was planned', async () => {
  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const faster = (step: number) => {
    now += step < 50 ? 10 : 5;
  };
  await run(new CountingBackend(1), faster, { budget: { seconds: 1 }, validationEvery: 1000 });
  const { progress, state } = await readCheckpoint(inFolder('out'));
  expect(progress.seconds).toBeLessThan(0.9);
  expect(progress.totalSteps).toBe(state.step);
});
