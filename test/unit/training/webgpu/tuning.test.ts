import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Gpu, GpuUnavailableError } from '../../../../src/model/training/backends/webgpu/gpu';
import { computesRight } from '../../../../src/model/training/backends/webgpu/selfTest';
import { softwareTiles, tilesFit } from '../../../../src/model/training/backends/webgpu/tiles';
import { TrainingStep } from '../../../../src/model/training/backends/webgpu/trainingStep';
import { chooseTiles } from '../../../../src/model/training/backends/webgpu/tuning';
import { useTemporaryFolder } from '../../files/temporaryFolder';
import { settingsOf } from '../backendCases';
import { TestGpu } from './testGpu';

const inFolder = useTemporaryFolder();
const testGpu = new TestGpu();
afterAll(() => testGpu.dispose());
afterEach(() => void vi.restoreAllMocks());
beforeEach((context) => testGpu.skipIfMissing(context));

const settings = settingsOf({ title: '', numLayers: 1, changes: { sequenceLength: 2 } });

/** The test's GPU, taken for a real one. */
async function realGpu(): Promise<Gpu> {
  return Object.create(await testGpu.open(), { software: { value: false } });
}

it('tries tiles out once and remembers the best for a device and a shape', async () => {
  const gpu = await realGpu();
  const cache = inFolder('cache/tiles.json');
  const prepare = vi.spyOn(TrainingStep, 'prepare');
  const tiles = await chooseTiles(gpu, settings, cache);
  expect(tilesFit(tiles, gpu.limits)).toBe(true);
  expect(prepare.mock.calls.length).toBeGreaterThan(10);
  expect(Object.entries(JSON.parse(readFileSync(cache, 'utf8')))).toEqual([
    [expect.stringMatching(/^.*, 1x9 V13 B5 T2/), tiles],
  ]);
  prepare.mockClear();
  expect(await chooseTiles(gpu, settings, cache)).toEqual(tiles);
  expect(prepare).not.toHaveBeenCalled();

  // Whatever else stands there is tried again.
  const key = Object.keys(JSON.parse(readFileSync(cache, 'utf8')))[0]!;
  writeFileSync(cache, JSON.stringify({ [key]: { ...tiles, matrix: { rows: 7 } } }));
  prepare.mockResolvedValue(null);
  await expect(chooseTiles(gpu, settings, cache)).rejects.toBeInstanceOf(GpuUnavailableError);
  expect(prepare.mock.calls.length).toBeGreaterThan(10);
});

it('does not take tiles with which the device computes something else', async () => {
  const gpu = await testGpu.open();
  expect(await computesRight(gpu, softwareTiles)).toBe(true);
  // No depth is left for each of the threads that share it: the recurrent part of the gradients is missing.
  const broken = { ...softwareTiles, backward: { ...softwareTiles.backward, depthSplit: 16, depth: 8 } };
  expect(await computesRight(gpu, broken)).toBe(false);
});

it('does not try anything on a processor that pretends to be a GPU', async (context) => {
  const gpu = await testGpu.open();
  if (!gpu.software) context.skip('needs a software GPU');
  expect(await chooseTiles(gpu, settings, inFolder('cache.json'))).toBe(softwareTiles);
});
