import { afterAll, describe, expect, it } from 'vitest';
import { create } from 'webgpu';
import {
  type Abilities,
  abilitiesOf,
  describeAbilities,
  noAbilities,
  optionalFeatures,
} from '../../../../src/model/training/backends/webgpu/abilities';
import { createKernels } from '../../../../src/model/training/backends/webgpu/kernels/all';
import { subgroupBlock } from '../../../../src/model/training/backends/webgpu/kernels/matrixUnitProduct';
import { candidates, choiceFits, defaultTiles } from '../../../../src/model/training/backends/webgpu/tiles';

/** As NVIDIA's GPUs have them. */
const largeUnit = { component: 'f16', rows: 16, columns: 16, depth: 16, subgroupSize: 32 } as const;
/** As Apple's have them. */
const smallUnit = { component: 'f32', rows: 8, columns: 8, depth: 8, subgroupSize: 32 } as const;

describe('WGSL for what the GPU of the tests may lack', () => {
  // Dawn's null backend has every feature and checks shaders, but runs nothing.
  const gpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  const pins: object[] = [gpu];
  const opened = (async () => {
    const adapter = (await gpu.requestAdapter())!;
    pins.push(adapter);
    return adapter.requestDevice({ requiredFeatures: optionalFeatures });
  })();
  afterAll(async () => {
    (await opened).destroy();
    await (await opened).lost;
    pins.length = 0;
  });

  it.each<Partial<Abilities>>([
    {},
    { subgroups: true },
    { halfPrecision: true },
    { subgroups: true, matrixUnit: largeUnit },
    { matrixUnit: smallUnit },
    { matrixUnit: { ...largeUnit, columns: 8, subgroupSize: 64 } },
  ])('compiles: %o', async (some) => {
    const device = await opened;
    const kernels = createKernels({ tiles: defaultTiles, abilities: { ...noAbilities, ...some } });
    for (const kernel of Object.values(kernels)) {
      if (typeof kernel === 'number') continue;
      device.pushErrorScope('validation');
      device.createShaderModule({ code: kernel.code });
      expect((await device.popErrorScope())?.message, kernel.label).toBeUndefined();
    }
  });
});

describe('abilitiesOf', () => {
  const config = (componentType: string, resultComponentType: string, M: number, N: number, K: number) => ({
    ...{ componentType, resultComponentType, M, N, K },
  });
  const info = (subgroupMinSize: number, ...subgroupMatrixConfigs: object[]) =>
    ({ subgroupMinSize, subgroupMaxSize: 32, subgroupMatrixConfigs }) as unknown as GPUAdapterInfo;
  const nvidia = info(
    32,
    config('f16', 'f16', 16, 16, 16),
    config('f16', 'f32', 16, 8, 16),
    config('f16', 'f32', 16, 16, 16),
  );
  const features = (...names: string[]) => new Set(names) as GPUSupportedFeatures;

  it('takes the largest unit whose sums are float32', () => {
    expect(abilitiesOf(features(...optionalFeatures), nvidia)).toEqual({
      ...{ subgroups: true, halfPrecision: true, matrixUnit: largeUnit },
    });
    const apple = info(32, config('f16', 'f16', 8, 8, 8), config('f32', 'f32', 8, 8, 8));
    expect(abilitiesOf(features(...optionalFeatures), apple).matrixUnit).toEqual(smallUnit);
    const integers = info(32, config('u8', 'u32', 8, 8, 32));
    expect(abilitiesOf(features(...optionalFeatures), integers).matrixUnit).toBeNull();
  });

  it('takes none where subgroups differ in size or a feature is missing', () => {
    const varied = { ...nvidia, subgroupMinSize: 8 };
    expect(abilitiesOf(features(...optionalFeatures), varied).matrixUnit).toBeNull();
    const withoutHalf = features('subgroups', 'chromium-experimental-subgroup-matrix');
    expect(abilitiesOf(withoutHalf, nvidia)).toEqual({ ...noAbilities, subgroups: true });
    expect(abilitiesOf(features(), nvidia)).toEqual(noAbilities);
  });

  it('are told to people', () => {
    expect(describeAbilities(noAbilities)).toBe('');
    expect(describeAbilities({ ...noAbilities, subgroups: true })).toBe('subgroups');
    expect(describeAbilities({ ...noAbilities, subgroups: true, halfPrecision: true })).toBe(
      '16-bit products, subgroups',
    );
    expect(describeAbilities({ ...noAbilities, matrixUnit: smallUnit })).toBe('32-bit matrix units');
  });
});

describe('tiles for matrix units', () => {
  it('give every subgroup a block of whole pieces, as square as can be', () => {
    expect(subgroupBlock(defaultTiles.matrix, largeUnit)).toEqual([1, 2]);
    expect(subgroupBlock(defaultTiles.matrix, smallUnit)).toEqual([2, 4]);
  });

  it('are refused where they leave a part of a unit', () => {
    const [, , largest, smallest] = candidates.matrix;
    expect(subgroupBlock(largest!, largeUnit)).toBeNull(); // only half as deep as a unit
    expect(subgroupBlock(smallest!, { ...largeUnit, subgroupSize: 128 })).toBeNull(); // fewer threads
    const limits = { maxComputeWorkgroupStorageSize: 32_768, maxComputeInvocationsPerWorkgroup: 256 };
    const choice = { tiles: defaultTiles, abilities: { ...noAbilities, matrixUnit: largeUnit } };
    expect(choiceFits(choice, limits)).toBe(true);
    expect(choiceFits(choice, { ...limits, maxComputeWorkgroupStorageSize: 16_383 })).toBe(false);
  });
});
