import { describe, expect, it } from 'vitest';
import { initializeWeights } from '../../../../src/model/lstm/initialization';
import { Packing } from '../../../../src/model/training/backends/webgpu/packing';
import { arrayBytes, chooseSlices } from '../../../../src/model/training/backends/webgpu/shape';
import { chunkOf, weightGradientSplits } from '../../../../src/model/training/backends/webgpu/splits';
import { SubmitPacing } from '../../../../src/model/training/backends/webgpu/submitPacing';
import {
  candidates,
  defaultTiles,
  softwareTiles,
  tilesFit,
} from '../../../../src/model/training/backends/webgpu/tiles';
import { settingsOf } from '../backendCases';

/** What WebGPU guarantees everywhere. */
const guaranteed = {
  maxStorageBufferBindingSize: 2 ** 27,
  maxBufferSize: 2 ** 28,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
};

/** The essay's: 2 layers of 512 units, 100 streams of 100 steps. */
const large = settingsOf({
  title: '',
  model: { hiddenSize: 512, vocabularySize: 96 },
  changes: { batchSize: 100, sequenceLength: 100 },
});

describe('chooseSlices', () => {
  it('keeps the batch whole where it fits', () => {
    const limits = { ...guaranteed, maxStorageBufferBindingSize: 2 ** 30, maxBufferSize: 2 ** 30 };
    expect(chooseSlices(large, defaultTiles, limits)).toMatchObject({ slices: 1, streams: 100, positions: 10_000 });
  });

  it('takes the fewest slices whose arrays are all within the limits', () => {
    const shape = chooseSlices(large, defaultTiles, guaranteed)!;
    expect(shape).toMatchObject({ slices: 2, streams: 50 });
    expect(arrayBytes(shape).gates).toBe(2 * 100 * 50 * 512 * 16);
    expect(Math.max(...Object.values(arrayBytes(shape)))).toBeLessThanOrEqual(2 ** 27);
  });

  it('can be told to start with more', () => {
    expect(chooseSlices(large, defaultTiles, guaranteed, 8)).toMatchObject({ slices: 8, streams: 13 });
  });

  it('gives up where a single stream is too large', () => {
    expect(chooseSlices(large, defaultTiles, { ...guaranteed, maxStorageBufferBindingSize: 2 ** 20 })).toBeNull();
  });
});

describe('tiles', () => {
  it('of the defaults run everywhere', () => {
    expect(tilesFit(defaultTiles, guaranteed)).toBe(true);
    expect(tilesFit(softwareTiles, guaranteed)).toBe(true);
  });

  it('are refused where workgroups are too small', () => {
    expect(tilesFit(defaultTiles, { ...guaranteed, maxComputeInvocationsPerWorkgroup: 128 })).toBe(false);
    expect(tilesFit(defaultTiles, { ...guaranteed, maxComputeWorkgroupStorageSize: 8192 })).toBe(false);
  });

  it('divide evenly into threads', () => {
    for (const { rows, columns, threadRows, threadColumns, depth } of [defaultTiles.matrix, ...candidates.matrix]) {
      expect([rows % threadRows, columns % threadColumns, threadRows % 4, threadColumns % 4, depth % 4]).toEqual(
        Array(5).fill(0),
      );
    }
    for (const kind of ['forward', 'backward'] as const) {
      for (const tiles of [defaultTiles[kind], ...candidates[kind]]) {
        const { streams, units, depth, threadStreams, threadUnits, depthSplit } = tiles;
        const needed = kind === 'forward' ? threadStreams % 4 : threadUnits % 4;
        const rests = [streams % threadStreams, units % threadUnits, depth % depthSplit, depth % 4, units % 4, needed];
        expect(rests).toEqual(Array(6).fill(0));
      }
    }
  });
});

describe('weightGradientSplits', () => {
  const shape = chooseSlices(large, defaultTiles, guaranteed)!;

  it('covers the depth with whole tiles', () => {
    for (const splits of [1, 2, 3, 7]) {
      const chunk = chunkOf(shape.positions, splits, defaultTiles);
      expect(chunk % defaultTiles.matrix.depth).toBe(0);
      expect(chunk * splits).toBeGreaterThanOrEqual(shape.positions);
    }
  });

  it('keeps its parts within the limits', () => {
    const { partialBytes, output } = weightGradientSplits(shape, defaultTiles, guaranteed);
    expect(output).toBeGreaterThan(1);
    expect(partialBytes).toBeLessThanOrEqual(2 ** 27);
    const tight = weightGradientSplits(shape, defaultTiles, { ...guaranteed, maxBufferSize: 2 ** 19 });
    expect(tight.partialBytes).toBeLessThanOrEqual(2 ** 19);
  });
});

describe('Packing', () => {
  it('gives back what it was given, and leaves zeros in between', () => {
    const { model } = settingsOf({ title: '', numLayers: 3 });
    const packing = new Packing(model, 16);
    const weights = initializeWeights(model, 3);
    for (const { data } of weights.values()) data.set(data.map((_, i) => i + 1));
    const packed = packing.pack(weights);
    expect(packed).toHaveLength(4 * packing.length);
    expect(new Map(packing.unpack(packed))).toEqual(weights);
    const count = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(packed.filter((x) => x !== 0)).toHaveLength(count);
  });
});

describe('SubmitPacing', () => {
  it('cuts a step so that no part is long, and counts waiting behind another step for nothing', () => {
    const pacing = new SubmitPacing();
    expect(pacing.parts).toBeGreaterThan(4);
    pacing.observe(0, 1000);
    expect(pacing.parts).toBe(20);
    for (let end = 1010; end < 1500; end += 10) pacing.observe(end - 500, end); // 10 ms each, three under way
    expect(pacing.parts).toBe(1);
  });
});
