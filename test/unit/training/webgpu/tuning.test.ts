import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it, type TestContext, vi } from 'vitest';
import { noAbilities } from '../../../../src/model/training/backends/webgpu/abilities';
import { type Gpu, GpuUnavailableError } from '../../../../src/model/training/backends/webgpu/gpu';
import type { Kernel } from '../../../../src/model/training/backends/webgpu/kernels/kernel';
import { computesRight } from '../../../../src/model/training/backends/webgpu/selfTest';
import { choiceFits, type KernelChoice, softwareTiles } from '../../../../src/model/training/backends/webgpu/tiles';
import { TrainingStep } from '../../../../src/model/training/backends/webgpu/trainingStep';
import { chooseKernels, tryAbilities } from '../../../../src/model/training/backends/webgpu/tuning';
import { useTemporaryFolder } from '../../files/temporaryFolder';
import { settingsOf } from '../backendCases';
import { TestGpu } from './testGpu';

const inFolder = useTemporaryFolder();
const testGpu = new TestGpu();
afterAll(() => testGpu.dispose());
afterEach(() => void vi.restoreAllMocks());
beforeEach((context) => testGpu.skipIfMissing(context));

const plain = { tiles: softwareTiles, abilities: noAbilities };
const settings = settingsOf({ title: '', numLayers: 1, changes: { sequenceLength: 2 } });

/** The test's GPU, taken for a real one. */
async function realGpu(): Promise<Gpu> {
  return Object.create(await testGpu.open(), { software: { value: false } });
}

it('tries tiles out once and remembers the best for a device and a shape', async () => {
  const gpu = await realGpu();
  const cache = inFolder('cache/tiles.json');
  const prepare = vi.spyOn(TrainingStep, 'prepare');
  const choice = await chooseKernels(gpu, settings, { cache });
  expect(choiceFits(choice, gpu.limits)).toBe(true);
  expect(prepare.mock.calls.length).toBeGreaterThan(10);
  expect(Object.entries(JSON.parse(readFileSync(cache, 'utf8')))).toEqual([
    [expect.stringMatching(/^.*, 1x9 V13 B5 T2/), choice],
  ]);
  prepare.mockClear();
  expect(await chooseKernels(gpu, settings, { cache })).toEqual(choice);
  expect(prepare).not.toHaveBeenCalled();

  // Whatever else stands there is tried again.
  const key = Object.keys(JSON.parse(readFileSync(cache, 'utf8')))[0]!;
  writeFileSync(cache, JSON.stringify({ [key]: { ...choice, tiles: { ...choice.tiles, matrix: { rows: 7 } } } }));
  prepare.mockResolvedValue(null);
  await expect(chooseKernels(gpu, settings, { cache })).rejects.toBeInstanceOf(GpuUnavailableError);
  expect(prepare.mock.calls.length).toBeGreaterThan(10);
});

it('does not take tiles with which the device computes something else', async () => {
  const gpu = await testGpu.open();
  expect(await computesRight(gpu, plain)).toBe(true);
  // No depth is left for each of the threads that share it: the recurrent part of the gradients is missing.
  const backward = { ...softwareTiles.backward, depthSplit: 16, depth: 8 };
  expect(await computesRight(gpu, { ...plain, tiles: { ...softwareTiles, backward } })).toBe(false);
});

describe('what this GPU has beyond the common', () => {
  const abilities = { ...noAbilities, subgroups: true };
  const special = { tiles: softwareTiles, abilities };

  async function gpuWithSubgroups(context: TestContext): Promise<Gpu> {
    const gpu = await testGpu.open();
    if (!gpu.abilities.subgroups) context.skip('needs a GPU with subgroups');
    return Object.create(gpu, { abilities: { value: abilities } });
  }

  /** Pretends that one choice is faster than the other. */
  async function tryOut(gpu: Gpu, faster: KernelChoice) {
    const notices: string[] = [];
    const time = async (choice: KernelChoice) => (isDeepStrictEqual(choice, faster) ? 1 : 2);
    const notice = (message: string) => void notices.push(message);
    return { choice: await tryAbilities(gpu, settings, plain, { time, notice }), notices };
  }

  it('is used where it is faster', async (context) => {
    const gpu = await gpuWithSubgroups(context);
    expect(await tryOut(gpu, special)).toEqual({ choice: special, notices: [] });
    expect(await tryOut(gpu, plain)).toEqual({ choice: plain, notices: [] });
  });

  it('is not used, and said, where the losses are others', async (context) => {
    const gpu = await gpuWithSubgroups(context);
    const broken: Gpu = Object.create(gpu, {
      compile: {
        value: (kernel: Kernel) =>
          gpu.compile({ ...kernel, code: kernel.code.replace('subgroupAdd(', '1.01 * subgroupAdd(') }),
      },
    });
    const notices = [expect.stringMatching(/has other losses with subgroups: not used\.$/)];
    expect(await tryOut(broken, special)).toEqual({ choice: plain, notices });
  });

  it('is left alone where its kernels do not compile', async (context) => {
    const gpu = await gpuWithSubgroups(context);
    const compile = (kernel: Kernel) =>
      gpu.compile({ ...kernel, code: kernel.code.replace('subgroupAdd(', 'nothing(') });
    const broken: Gpu = Object.create(gpu, { compile: { value: compile } });
    const cache = inFolder('cache.json');
    Object.defineProperty(broken, 'software', { value: false });
    expect((await chooseKernels(broken, settings, { cache })).abilities).toEqual(noAbilities);
    gpu.check(); // the device itself is not harmed
  });
});

it('does not try anything on a processor that pretends to be a GPU', async (context) => {
  const gpu = await testGpu.open();
  if (!gpu.software) context.skip('needs a software GPU');
  expect(await chooseKernels(gpu, settings, { cache: inFolder('cache.json') })).toEqual(plain);
});
