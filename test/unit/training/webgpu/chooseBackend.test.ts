import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BackendChoice, openBackend } from '../../../../src/model/training/backends/chooseBackend';
import { Gpu, GpuUnavailableError } from '../../../../src/model/training/backends/webgpu/gpu';
import { WebGpuBackend } from '../../../../src/model/training/backends/webgpu/webGpuBackend';
import type { TrainEvent, TrainOptions } from '../../../../src/model/training/options';
import { train } from '../../../../src/model/training/trainer';
import { useTemporaryFolder } from '../../files/temporaryFolder';
import { settingsOf } from '../backendCases';
import { TestGpu } from './testGpu';

const inFolder = useTemporaryFolder();
// The TensorFlow that this machine may have is another test's.
beforeEach(() => {
  vi.stubEnv('XDG_DATA_HOME', inFolder('data'));
  vi.stubEnv('UNREASONABLE_TENSORFLOW_PATH', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function choose(...[choice, settings]: [Parameters<typeof openBackend>[0], Parameters<typeof openBackend>[1]?]) {
  const notices: string[] = [];
  const backend = await openBackend(choice, settings ?? settingsOf({ title: '' }), 1, (text) => notices.push(text));
  await backend.dispose();
  return { name: backend.name, notices };
}

it('takes the CPU where there is no GPU, and says so once', async () => {
  vi.spyOn(Gpu, 'open').mockRejectedValue(new GpuUnavailableError('no GPU was found'));
  expect(await choose('auto')).toEqual({ name: 'onnx', notices: ['Training on the CPU: no GPU was found.'] });
  await expect(choose('webgpu')).rejects.toThrow('no GPU was found');
  expect(await choose('onnx')).toEqual({ name: 'onnx', notices: [] });
});

it('takes the CPU where the GPU fails, whatever the reason', async () => {
  vi.spyOn(WebGpuBackend, 'create').mockRejectedValue(new Error('a driver that can not compile'));
  expect((await choose('auto')).notices).toEqual([expect.stringContaining('a driver that can not compile')]);
});

it.each(['gru', 'rnn'] as const)('trains a %s on the CPU, and says why', async (cellType) => {
  const settings = settingsOf({ title: '', cellType });
  const notices = [expect.stringMatching(new RegExp(`LSTM.*${cellType.toUpperCase()}`))];
  expect(await choose('webgpu', settings)).toEqual({ name: 'onnx', notices });
});

it('refuses a processor that pretends to be a GPU, unless asked', async (context) => {
  const testGpu = new TestGpu();
  await testGpu.skipIfMissing(context);
  const { software } = await testGpu.open();
  await testGpu.dispose();
  if (!software) context.skip('needs a software GPU');
  await expect(choose('webgpu')).rejects.toThrow(/pretends to be one: use the backend "onnx"\.$/);
  expect((await choose('auto')).name).toBe('onnx');
  vi.stubEnv('UNREASONABLE_WEBGPU_SOFTWARE', '1');
  expect(await choose('auto')).toEqual({ name: 'webgpu', notices: [] });
});

/** A training that is stopped after 20 steps, and resumed where `second` says. */
async function trainAndResume(first: BackendChoice, second?: BackendChoice) {
  const source = inFolder('resumed.c');
  writeFileSync(source, 'int value = 1;\nreturn value;\n'.repeat(60));
  const out = inFolder(`${first} ${second}`);
  const sizes = { hiddenSize: 8, numLayers: 1, sequenceLength: 12, batchSize: 4, threads: 1, sampleAt: [] };
  await train({ ...{ source, out, epochs: 1, backend: first }, ...sizes }, { onEvent: () => undefined });
  const events: TrainEvent[] = [];
  const again: TrainOptions = { source, out, resume: true, epochs: 2, ...(second && { backend: second }) };
  const { history } = await train(again, { onEvent: (event) => events.push(event) });
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  const losses = events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));
  return { backend: history.backend, notices, losses };
}

describe('a resumed training', () => {
  it('stays on the CPU although there is a GPU', async () => {
    const opened = vi.spyOn(Gpu, 'open');
    expect(await trainAndResume('onnx')).toMatchObject({ backend: 'onnx', notices: [] });
    expect(opened).not.toHaveBeenCalled();
  });

  it('goes back to the GPU, or elsewhere, says so, and has the same losses', async (context) => {
    const testGpu = new TestGpu();
    await testGpu.skipIfMissing(context);
    await testGpu.dispose();
    vi.stubEnv('UNREASONABLE_WEBGPU_SOFTWARE', '1');
    const stayed = await trainAndResume('webgpu');
    expect(stayed).toMatchObject({ backend: 'webgpu', notices: [] });
    const toCpu = await trainAndResume('webgpu', 'onnx');
    const toGpu = await trainAndResume('onnx', 'webgpu');
    expect(toCpu).toMatchObject({ backend: 'onnx', notices: [expect.stringMatching(/\(onnx\).*"webgpu" before/)] });
    expect(toGpu).toMatchObject({ backend: 'webgpu', notices: [expect.stringMatching(/\(webgpu\).*"onnx" before/)] });
    expect(stayed.losses.length).toBeGreaterThan(20);
    for (const { losses } of [toCpu, toGpu]) {
      expect(losses).toEqual(stayed.losses.map((loss) => expect.closeTo(loss, 3)));
    }
  });
});

/** Trains on the test's GPU, and takes it away at some steps. */
async function trainAndLose(losses: readonly number[]) {
  const source = inFolder('text.c');
  writeFileSync(source, 'int value = 1;\nreturn value;\n'.repeat(400));
  vi.stubEnv('UNREASONABLE_WEBGPU_SOFTWARE', '1');
  const opened = vi.spyOn(Gpu, 'open');
  const events: TrainEvent[] = [];
  const left = [...losses];
  const onEvent = (event: TrainEvent) => {
    events.push(event);
    if (event.type !== 'step' || event.step !== left[0]) return;
    left.shift();
    (opened.mock.settledResults.at(-1)!.value as Gpu).device.destroy();
  };
  const options: TrainOptions = {
    ...{ source, out: inFolder('out'), epochs: 1, hiddenSize: 16, numLayers: 2, sequenceLength: 12, batchSize: 8 },
    ...{
      validationEvery: 20,
      seed: 3,
      sampleAt: [30],
      dropout: 0.2,
      threads: 1,
      learningRate: 0.01,
      backend: 'webgpu',
    },
  };
  const end = await train(options, { onEvent });
  opened.mockRestore();
  const lossAt = new Map(events.flatMap((event) => (event.type === 'step' ? [[event.step, event.loss]] : [])));
  const messages = events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  // All trainings of this test write to one folder, each after another.
  const notices = messages.filter((message) => !message.includes('.previous'));
  return { end, lossAt, notices };
}

it('goes back to the last good state when the GPU is lost, and then to the CPU', async (context) => {
  const testGpu = new TestGpu();
  await testGpu.skipIfMissing(context);
  await testGpu.dispose();
  const unbroken = await trainAndLose([]);
  expect(unbroken.end.history.backend).toBe('webgpu');
  const once = await trainAndLose([53]);
  expect(once.notices).toEqual([
    expect.stringMatching(/^At step 5\d the GPU was lost .* going on from step 40 on .*webgpu/),
  ]);
  expect(once.end.step).toBe(unbroken.end.step);
  expect(once.lossAt).toEqual(unbroken.lossAt);
  const twice = await trainAndLose([53, 75]);
  expect(twice.notices).toHaveLength(2);
  expect(twice.notices[1]).toMatch(/going on from step 60 on CPU.*\(onnx\)/);
  expect(twice.end).toMatchObject({ reason: 'finished', step: unbroken.end.step, history: { backend: 'onnx' } });
  expect(twice.end.best!.loss).toBeCloseTo(unbroken.end.best!.loss, 2);
});
