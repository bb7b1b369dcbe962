import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BackendSettings, DeviceLostError, type TrainingBackend } from '../../../../src/model/training/backend';
import { OnnxBackend } from '../../../../src/model/training/backends/onnx/onnxBackend';
import { noAbilities } from '../../../../src/model/training/backends/webgpu/abilities';
import { Gpu, usage } from '../../../../src/model/training/backends/webgpu/gpu';
import { createKernels } from '../../../../src/model/training/backends/webgpu/kernels/all';
import type { Kernel } from '../../../../src/model/training/backends/webgpu/kernels/kernel';
import { arrayBytes, stepShape } from '../../../../src/model/training/backends/webgpu/shape';
import { candidates, defaultTiles, softwareTiles } from '../../../../src/model/training/backends/webgpu/tiles';
import { TrainingStep } from '../../../../src/model/training/backends/webgpu/trainingStep';
import { WebGpuBackend, type WebGpuBackendOptions } from '../../../../src/model/training/backends/webgpu/webGpuBackend';
import { referenceStep } from '../../lstm/referenceStep';
import { batchOf, difference, initialState, settingsOf } from '../backendCases';
import { openAnyGpu, TestGpu } from './testGpu';

// What only this backend has to show beside the table that every backend must pass.

const testGpu = new TestGpu();
afterAll(() => testGpu.dispose());
beforeEach((context) => testGpu.skipIfMissing(context));

const open: TrainingBackend[] = [];
afterEach(async () => {
  for (const backend of open.splice(0)) await backend.dispose();
});

async function start(settings: BackendSettings, options: WebGpuBackendOptions = {}): Promise<WebGpuBackend> {
  const backend = await WebGpuBackend.create(settings, { gpu: await testGpu.open(), ...options });
  open.push(backend);
  return backend;
}

const rmspropThatKeepsGradients = { optimizer: 'rmsprop', beta2: 0 } as const;

/** Follows the reference from its initial state; the weights may differ by a share of the largest of their array. */
async function follow(backend: TrainingBackend, settings: BackendSettings, steps: number): Promise<void> {
  let state = initialState(settings);
  await backend.load(state);
  for (let step = 0; step < steps; step++) {
    const batch = batchOf(settings, step);
    const expected = referenceStep(settings, state, batch, 0.01);
    const { loss, gradientNorm } = await backend.step(batch, 0.01);
    expect(loss).toBeCloseTo(expected.result.loss, 4);
    expect(gradientNorm / expected.result.gradientNorm).toBeCloseTo(1, 3);
    state = expected.state;
  }
  const read = await backend.read();
  expect(difference(read.weights, state.weights)).toBeLessThan(2e-3);
  expect(difference(read.hidden, state.hidden)).toBeLessThan(2e-3);
}

describe('50 steps follow the reference', () => {
  it.each([
    // Longer than a layer's lag behind the one below, and not a multiple of it.
    {
      numLayers: 1,
      model: { hiddenSize: 33, vocabularySize: 30 },
      changes: { batchSize: 5, sequenceLength: 23, clipValue: 2e-3 },
    },
    { numLayers: 2, model: { hiddenSize: 16 }, changes: { batchSize: 17, sequenceLength: 24, clipNorm: 0.05 } },
    { numLayers: 3, model: { hiddenSize: 21 }, changes: { batchSize: 3, sequenceLength: 21, dropout: 0.3 } },
  ])('$numLayers layers, $model, $changes', async (testCase) => {
    const settings = settingsOf({ title: '', ...testCase });
    await follow(await start(settings), settings, 50);
  });
});

describe('every choice of tiles', () => {
  const indices = candidates.matrix.map((_, index) => index);
  const choices = [
    defaultTiles,
    ...indices.map((i) => ({
      matrix: candidates.matrix[i]!,
      forward: candidates.forward[i]!,
      backward: candidates.backward[i]!,
    })),
  ];

  it.each(choices)('has the gradients of the reference: $forward $backward', async (tiles) => {
    const model = { hiddenSize: 45, vocabularySize: 70 };
    const changes = { batchSize: 37, sequenceLength: 4, dropout: 0.2, ...rmspropThatKeepsGradients };
    const settings = settingsOf({ title: '', model, changes });
    const backend = await start(settings, { choice: { tiles, abilities: noAbilities } });
    const state = initialState(settings);
    await backend.load(state);
    const batch = batchOf(settings, 0);
    await backend.step(batch, 0);
    const expected = referenceStep(settings, state, batch, 0);
    const read = await backend.read();
    expect(difference(read.moments, expected.state.moments)).toBeLessThan(1e-4);
  });
});

describe('what a GPU has beyond the common', () => {
  const tiles = { ...softwareTiles, matrix: defaultTiles.matrix };
  const settings = settingsOf({
    title: '',
    ...{ numLayers: 2, model: { hiddenSize: 21, vocabularySize: 30 } },
    changes: { batchSize: 7, sequenceLength: 22, dropout: 0.3, clipNorm: 0.05 },
  });

  /** 50 steps beside the reference, with a tolerance for factors that are rounded to 16 bits. */
  async function followRoughly(backend: WebGpuBackend) {
    let state = initialState(settings);
    await backend.load(state);
    for (let step = 0; step < 50; step++) {
      const batch = batchOf(settings, step % 5);
      const expected = referenceStep(settings, state, batch, 0.005);
      const { loss, gradientNorm } = await backend.step(batch, 0.005);
      expect(Math.abs(loss / expected.result.loss - 1), `loss of step ${step}`).toBeLessThan(2e-3);
      expect(Math.abs(gradientNorm / expected.result.gradientNorm - 1), `norm of step ${step}`).toBeLessThan(2e-2);
      state = expected.state;
    }
  }

  it('adds up by subgroups', async (context) => {
    const { abilities } = await testGpu.open();
    if (!abilities.subgroups) context.skip('needs a GPU with subgroups');
    const backend = await start(settings, { choice: { tiles, abilities: { ...noAbilities, subgroups: true } } });
    expect(backend.device).toMatch(/ \(subgroups\)$/);
    await follow(backend, settings, 20);
  });

  it('is left alone when told so', async () => {
    const { software } = await testGpu.open();
    vi.stubEnv('UNREASONABLE_WEBGPU_PLAIN', '1');
    const gpu = await Gpu.open({ software });
    vi.unstubAllEnvs();
    expect(gpu.abilities).toEqual(noAbilities);
    await gpu.dispose();
  });

  it('multiplies 16-bit floats with the same losses', async (context) => {
    const { abilities } = await testGpu.open();
    if (!abilities.halfPrecision) context.skip('needs a GPU with 16-bit floats (shader-f16)');
    await followRoughly(
      await start(settings, { choice: { tiles, abilities: { ...noAbilities, halfPrecision: true } } }),
    );
  });

  it('multiplies what is rounded like 16-bit floats with the same losses', async () => {
    // On any GPU: the same kernels with the type of their tiles replaced.
    const gpu = await testGpu.open();
    const rounded = (code: string) =>
      code
        .replace('enable f16;', '')
        .replace('alias Element = vec4<f16>;', 'alias Element = vec4f;')
        .replace('return Element(value);', 'return quantizeToF16(value);');
    const compile = (kernel: Kernel) => gpu.compile({ ...kernel, code: rounded(kernel.code) });
    const rounding: Gpu = Object.create(gpu, { compile: { value: compile } });
    const choice = { tiles, abilities: { ...noAbilities, halfPrecision: true } };
    expect(rounded(createKernels(choice).projection.code)).not.toContain('f16');
    await followRoughly(await start(settings, { gpu: rounding, choice }));
  });

  it('multiplies by subgroup matrices with the same losses', async (context) => {
    const { matrixUnit, subgroups } = (await testGpu.open()).abilities;
    if (matrixUnit === null) context.skip('needs a GPU with subgroup matrices');
    await followRoughly(
      await start(settings, { choice: { tiles, abilities: { ...noAbilities, subgroups, matrixUnit } } }),
    );
  });
});

it.each([1, 2, 3])(
  'has gradients that agree with finite differences of its own losses: %i layers',
  async (numLayers) => {
    // Adam with beta 1 = 0 keeps the last gradient as its mean. Dropout has the same masks whenever the step is the same.
    const settings = settingsOf({ title: '', numLayers, changes: { beta1: 0, batchSize: 4, dropout: 0.3 } });
    const backend = await start(settings);
    const state = initialState(settings);
    const batch = batchOf(settings, 0);
    await backend.load(state);
    await backend.step(batch, 0);
    const gradients = (await backend.read()).moments;
    for (const [name, { shape, data }] of state.weights) {
      // Along the signs of the gradient the slope is the sum of its absolute values.
      const gradient = gradients.get(`mean/${name}`)!.data;
      const slope = gradient.reduce((sum, g) => sum + Math.abs(g), 0);
      const reach = Math.min(0.01, 0.01 / slope);
      const losses: number[] = [];
      for (const side of [reach, -reach]) {
        const moved = data.map((w, i) => w + side * Math.sign(gradient[i]!));
        await backend.load({ ...state, weights: new Map(state.weights).set(name, { shape, data: moved }) });
        losses.push((await backend.step(batch, 0)).loss);
      }
      const measured = (losses[0]! - losses[1]!) / (2 * reach);
      expect(measured / slope, name).toBeCloseTo(1, 2);
    }
  },
);

describe('a batch in slices', () => {
  it.each([
    { slices: 2, batchSize: 8 },
    { slices: 3, batchSize: 7 },
    { slices: 5, batchSize: 5 },
  ])('$batchSize streams in $slices slices follow the reference', async ({ slices, batchSize }) => {
    const settings = settingsOf({ title: '', changes: { batchSize, dropout: 0.3, clipValue: 2e-3, clipNorm: 0.02 } });
    await follow(await start(settings, { slices }), settings, 10);
  });

  it('evaluates like the whole', async () => {
    const settings = settingsOf({ title: '', changes: { batchSize: 7 } });
    const [whole, sliced] = [await start(settings), await start(settings, { slices: 3 })];
    for (const backend of [whole, sliced]) await backend.load(initialState(settings));
    for (let step = 0; step < 3; step++) {
      const batch = batchOf(settings, step);
      expect(await sliced.evaluate(batch)).toBeCloseTo(await whole.evaluate(batch), 3);
    }
  });
});

describe('limits smaller than the arrays', () => {
  it('make slices of the batch, with the same losses', async () => {
    const gpu = await testGpu.open();
    const settings = settingsOf({ title: '', changes: { batchSize: 11, sequenceLength: 24, dropout: 0.3 } });
    const smallest = arrayBytes(stepShape(settings, softwareTiles, 3)).gates;
    const { maxComputeWorkgroupsPerDimension } = gpu.limits;
    const limits = { maxStorageBufferBindingSize: smallest, maxBufferSize: smallest, maxComputeWorkgroupsPerDimension };
    const small: Gpu = Object.create(gpu, { limits: { value: limits } });
    const prepare = vi.spyOn(TrainingStep, 'prepare');
    const choice = { tiles: softwareTiles, abilities: noAbilities };
    const backend = await start(settings, { gpu: small, choice });
    expect((await prepare.mock.results[0]!.value).shape).toMatchObject({ slices: 3, streams: 4 });
    vi.restoreAllMocks();
    await follow(backend, settings, 3);
  });
});

describe('too little memory', () => {
  it('makes slices of the batch until it fits', async () => {
    const gpu = await testGpu.open();
    const allocate = vi.spyOn(gpu, 'allocate');
    for (let i = 0; i < 2; i++) allocate.mockResolvedValueOnce(null);
    const settings = settingsOf({ title: '', changes: { batchSize: 8 } });
    const prepare = vi.spyOn(TrainingStep, 'prepare');
    const backend = await start(settings);
    expect((await prepare.mock.results[0]!.value).shape).toMatchObject({ slices: 4, streams: 2 });
    vi.restoreAllMocks();
    await follow(backend, settings, 2);
  });

  it('is told where nothing helps', async () => {
    vi.spyOn(await testGpu.open(), 'allocate').mockResolvedValue(null);
    await expect(start(settingsOf({ title: '' }))).rejects.toThrow(/memory of .* is too small for this model/);
    vi.restoreAllMocks();
  });

  it('is noticed when the device says so', async () => {
    const gpu = await testGpu.open();
    const tooMuch = () => gpu.device.createBuffer({ size: gpu.limits.maxBufferSize + 4, usage: usage.storage });
    await expect(gpu.allocate(tooMuch, (buffer) => buffer.destroy())).rejects.toThrow(/size/i);
    gpu.check(); // the device itself is not harmed
  });
});

describe('a training goes on elsewhere', () => {
  const settings = settingsOf({ title: '', changes: { dropout: 0.3, clipNorm: 0.02 } });
  const onnx = async () => {
    const backend = await OnnxBackend.create(settings, { threads: 1 });
    open.push(backend);
    return backend;
  };

  it.each([
    ['from the GPU to the CPU', () => start(settings), onnx],
    ['from the CPU to the GPU', onnx, () => start(settings)],
  ])('%s', async (_title, createFirst, createSecond) => {
    const [first, second] = [await createFirst(), await createSecond()];
    await first.load(initialState(settings));
    for (let step = 0; step < 10; step++) await first.step(batchOf(settings, step), 0.01);
    await second.load(await first.read());
    for (let step = 10; step < 20; step++) {
      const batch = batchOf(settings, step);
      const [unbroken, resumed] = [await first.step(batch, 0.01), await second.step(batch, 0.01)];
      expect(resumed.loss).toBeCloseTo(unbroken.loss, 4);
      expect(resumed.gradientNorm / unbroken.gradientNorm).toBeCloseTo(1, 3);
    }
  });
});

it('takes steps that are under way at once in their order', async () => {
  const settings = settingsOf({ title: '', changes: { dropout: 0.3 } });
  const [single, several] = [await start(settings), await start(settings)];
  for (const backend of [single, several]) await backend.load(initialState(settings));
  const batches = Array.from({ length: several.stepsInFlight }, (_, step) => batchOf(settings, step));
  const expected = [];
  for (const batch of batches) expected.push(await single.step(batch, 0.01));
  expect(await Promise.all(batches.map((batch) => several.step(batch, 0.01)))).toEqual(expected);
  expect((await several.read()).weights).toEqual((await single.read()).weights);
});

it('refuses tokens outside the vocabulary', async () => {
  const settings = settingsOf({ title: '' });
  const backend = await start(settings);
  await backend.load(initialState(settings));
  const batch = batchOf(settings, 0);
  for (const token of [13, -1]) {
    await expect(backend.step({ ...batch, inputs: batch.inputs.with(3, token) }, 0.01)).rejects.toThrow(RangeError);
  }
  await expect(backend.evaluate({ ...batch, targets: batch.targets.with(3, 14) })).rejects.toThrow(RangeError);
});

it('says that the device was lost, at once and from then on', async () => {
  const settings = settingsOf({ title: '' });
  const gpu = await openAnyGpu();
  const backend = await WebGpuBackend.create(settings, { gpu });
  await backend.load(initialState(settings));
  await backend.step(batchOf(settings, 0), 0.01);
  const underWay = [1, 2].map((step) => backend.step(batchOf(settings, step), 0.01));
  gpu.device.destroy();
  for (const outcome of await Promise.allSettled(underWay)) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DeviceLostError);
  }
  await gpu.device.lost;
  await expect(backend.step(batchOf(settings, 3), 0.01)).rejects.toBeInstanceOf(DeviceLostError);
  await expect(backend.read()).rejects.toBeInstanceOf(DeviceLostError);
  await backend.dispose();
  await gpu.dispose();
});

it('opens the device once more when it is lost while kernels are tried out', async () => {
  const settings = settingsOf({ title: '' });
  const { software } = await testGpu.open();
  const opened = vi.spyOn(Gpu, 'open');
  vi.spyOn(TrainingStep, 'prepare').mockRejectedValueOnce(new DeviceLostError('the GPU was lost'));
  const backend = await WebGpuBackend.create(settings, { software });
  expect(opened).toHaveBeenCalledTimes(2);
  vi.restoreAllMocks();
  await follow(backend, settings, 1);
  await backend.dispose();
});

it('gives all buffers back', async () => {
  const gpu = await openAnyGpu();
  const created: GPUBuffer[] = [];
  const destroyed = new Set<GPUBuffer>();
  const create = gpu.device.createBuffer.bind(gpu.device);
  vi.spyOn(gpu.device, 'createBuffer').mockImplementation((descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      destroyed.add(buffer);
      destroy();
    };
    created.push(buffer);
    return buffer;
  });
  const settings = settingsOf({ title: '', changes: { dropout: 0.3 } });
  const backend = await WebGpuBackend.create(settings, { gpu });
  await backend.load(initialState(settings));
  await Promise.all([0, 1, 2].map((step) => backend.step(batchOf(settings, step), 0.01)));
  await backend.evaluate(batchOf(settings, 3));
  await backend.read();
  await backend.dispose();
  expect(created.length).toBeGreaterThan(20);
  expect(created.filter((buffer) => !destroyed.has(buffer)).map(({ label }) => label)).toEqual([]);
  await gpu.dispose();
});

it('times a step by groups of kernels', async (context) => {
  const gpu = await testGpu.open();
  if (!gpu.canTime) context.skip('needs a GPU with a clock');
  const settings = settingsOf({ title: '', changes: { dropout: 0.3 } });
  const backend = await start(settings);
  await backend.load(initialState(settings));
  const times = (await backend.timeStep(batchOf(settings, 0), 0.01))!;
  expect([...times.keys()]).toEqual(expect.arrayContaining(['forward steps', 'backward steps', 'update']));
  expect([...times.values()].every((milliseconds) => milliseconds >= 0)).toBe(true);
});
