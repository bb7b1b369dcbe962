import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { effectiveKeepProbability, fillDropoutMask } from '../../../../src/model/lstm/dropoutMask';
import { crossEntropy } from '../../../../src/model/lstm/network';
import { Random } from '../../../../src/model/random';
import { noAbilities } from '../../../../src/model/training/backends/webgpu/abilities';
import { type Gpu, usage } from '../../../../src/model/training/backends/webgpu/gpu';
import { largeProduct } from '../../../../src/model/training/backends/webgpu/kernels/all';
import { dropoutMasks } from '../../../../src/model/training/backends/webgpu/kernels/dropoutMasks';
import type { MatrixProductVariant } from '../../../../src/model/training/backends/webgpu/kernels/matrixJob';
import { softmaxCrossEntropy } from '../../../../src/model/training/backends/webgpu/kernels/softmaxCrossEntropy';
import { fillMaskStates } from '../../../../src/model/training/backends/webgpu/maskStates';
import { ProgramBuilder } from '../../../../src/model/training/backends/webgpu/program';
import { stepShape } from '../../../../src/model/training/backends/webgpu/shape';
import {
  candidates,
  choiceFits,
  defaultTiles,
  type KernelChoice,
  softwareTiles,
} from '../../../../src/model/training/backends/webgpu/tiles';
import { settingsOf } from '../backendCases';
import { TestGpu } from './testGpu';

const testGpu = new TestGpu();
afterAll(() => testGpu.dispose());
beforeEach((context) => testGpu.skipIfMissing(context));

function upload(gpu: Gpu, data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer {
  const flags = usage.storage | usage.copySource | usage.copyTarget;
  const buffer = gpu.device.createBuffer({ size: Math.max(16, data.byteLength), usage: flags });
  gpu.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

const random = Random.fromSeed(4);
const normals = (length: number) => Float32Array.from({ length }, () => random.normal());
/** Numbers that 16-bit floats hold exactly, so that kernels that round to them must make the same products. */
const coarseNormals = (length: number) => normals(length).map((x) => Math.round(64 * x) / 64);

describe('matrixProduct', () => {
  // Two jobs of different sizes beside each other, none a multiple of any tile.
  const sizes = [
    { rows: 20, columns: 36, depth: 44 },
    { rows: 68, columns: 12, depth: 76 },
  ];
  const variants: MatrixProductVariant[] = [
    { left: 'plain', right: 'plain', bias: true },
    { left: 'plain', right: 'transposed', bias: false },
    { left: 'transposed', right: 'plain', bias: false },
    { left: 'oneHot', right: 'plain', bias: false },
  ];
  const allTiles = [softwareTiles.matrix, defaultTiles.matrix, ...candidates.matrix];
  const means = ['float32', 'float16', 'matrix units'] as const;
  const cases = means.flatMap((by) => variants.map((variant) => ({ by, variant })));

  it.for(cases)('by $by: $variant', async ({ by, variant }, context) => {
    const gpu = await testGpu.open();
    const { halfPrecision, matrixUnit } = gpu.abilities;
    if (by === 'float16' && !halfPrecision) context.skip('needs a GPU with 16-bit floats (shader-f16)');
    if (by === 'matrix units' && matrixUnit === null) context.skip('needs a GPU with subgroup matrices');
    const used = { float32: {}, float16: { halfPrecision }, 'matrix units': { matrixUnit } }[by];
    const choices = allTiles.map((matrix) => ({
      tiles: { ...defaultTiles, matrix },
      abilities: { ...noAbilities, ...used },
    }));
    const fitting = choices.filter((choice) => choiceFits(choice, gpu.limits));
    expect(fitting.length).toBeGreaterThan(1);
    for (const choice of fitting) await multiply(gpu, variant, choice);
  });

  async function multiply(gpu: Gpu, variant: MatrixProductVariant, choice: KernelChoice): Promise<void> {
    const tiles = choice.tiles.matrix;
    const elements = (count: (size: (typeof sizes)[number]) => number) =>
      sizes.map((size) => coarseNormals(count(size)));
    const lefts = elements(({ rows, depth }) => rows * depth);
    const rights = elements(({ columns, depth }) => columns * depth);
    const ids = sizes.map(({ rows, depth }) => Uint32Array.from({ length: depth }, () => random.nextUint32() % rows));
    const bias = normals(36);
    // Every result has a row more, for the column sums, and is made in two parts of the depth.
    const [chunk, splits] = [48, 2];
    const lengths = sizes.map(({ rows, columns }) => ((rows + 1) * columns) / 4);
    const splitStride = lengths[0]! + lengths[1]!;
    const before = normals(4 * splits * splitStride);

    const builder = new ProgramBuilder(gpu);
    const start = (arrays: readonly { length: number }[], job: number) => (job === 0 ? 0 : arrays[0]!.length);
    sizes.forEach((size, job) => {
      const { rows, columns, depth } = size;
      builder.addJob(
        {
          ...size,
          leftOffset: variant.left === 'oneHot' ? 0 : start(lefts, job) / 4,
          leftStride: (variant.left === 'plain' ? depth : rows) / 4,
          rightOffset: start(rights, job) / 4,
          rightStride: (variant.right === 'plain' ? columns : depth) / 4,
          ...{ resultOffset: job === 0 ? 0 : lengths[0]!, resultStride: columns / 4 },
          ...{ columnSums: job === 1, accumulate: job === 1 },
        },
        chunk,
        splitStride,
      );
    });
    const join = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));
    const oneHotIds = Uint32Array.from(ids[1]!);
    const buffers = {
      left: variant.left === 'oneHot' ? upload(gpu, oneHotIds) : upload(gpu, join(lefts)),
      ...{ right: upload(gpu, join(rights)), bias: upload(gpu, bias), result: upload(gpu, before) },
    };
    const grid = [Math.ceil(36 / tiles.columns), Math.ceil(68 / tiles.rows), 2 * splits] as const;
    builder.add('test', largeProduct(variant, choice), buffers, { firstJob: 0, splits }, grid);
    const program = await builder.build();
    program.submit(1);
    const result = new Float32Array(await gpu.read(buffers.result));

    sizes.forEach(({ rows, columns, depth }, job) => {
      const left = (m: number, k: number) => {
        if (variant.left === 'oneHot') return oneHotIds[k] === m ? 1 : 0;
        return lefts[job]![variant.left === 'plain' ? m * depth + k : k * rows + m]!;
      };
      const right = (k: number, n: number) =>
        rights[job]![variant.right === 'plain' ? k * columns + n : n * depth + k]!;
      for (let split = 0; split < splits; split++) {
        const ks = Array.from({ length: depth }, (_, k) => k).filter((k) => Math.floor(k / chunk) === split);
        for (let m = 0; m <= rows; m++) {
          for (let n = 0; n < columns; n++) {
            const at = 4 * (split * splitStride + (job === 0 ? 0 : lengths[0]!)) + m * columns + n;
            const old = job === 1 ? before[at]! : 0;
            const product = ks.reduce((sum, k) => sum + (m < rows ? left(m, k) : 1) * right(k, n), 0);
            const untouched = m === rows && job === 0;
            const expected = untouched ? before[at]! : old + product + (variant.bias && m < rows ? bias[n]! : 0);
            if (!(Math.abs(result[at]! - expected) < 1e-4))
              expect({ tiles, job, split, m, n, value: result[at] }).toBe(expected);
          }
        }
      }
    });
    for (const buffer of Object.values(buffers)) buffer.destroy();
    program.destroy();
  }
});

describe('softmaxCrossEntropy', () => {
  it.for([
    { title: 'in workgroup memory', subgroups: false },
    { title: 'by subgroups', subgroups: true },
  ])('is that of the reference, and leaves out targets past the vocabulary: $title', async ({ subgroups }, context) => {
    const gpu = await testGpu.open();
    if (subgroups && !gpu.abilities.subgroups) context.skip('needs a GPU with subgroups');
    const [positions, V, stride] = [37, 21, 24];
    const logits = Float32Array.from({ length: positions * stride }, () => 30 * random.normal());
    const targets = Uint32Array.from({ length: positions }, (_, i) => (i === 5 ? V : random.nextUint32() % V));
    const groups = Math.ceil(positions / 16);
    const buffers = {
      ...{ targets: upload(gpu, targets), logits: upload(gpu, logits), losses: upload(gpu, normals(groups + 1)) },
    };
    const builder = new ProgramBuilder(gpu);
    const parameters = { positions, vocabularySize: V, stride, firstLoss: 1, scale: 0.5 };
    builder.add('test', softmaxCrossEntropy(subgroups), buffers, parameters, [groups]);
    const program = await builder.build();
    program.submit(1);
    const gradient = new Float32Array(await gpu.read(buffers.logits));
    const losses = new Float32Array(await gpu.read(buffers.losses));
    let total = 0;
    for (let position = 0; position < positions; position++) {
      const row = Float64Array.from(logits.subarray(position * stride, position * stride + V));
      const found = [...gradient.subarray(position * stride, (position + 1) * stride)];
      if (position === 5) {
        expect(found.every((g) => g === 0)).toBe(true);
        continue;
      }
      const { nats, dLogits } = crossEntropy(row, targets[position]!);
      total += nats;
      const expected = [...dLogits.map((d) => 0.5 * d), 0, 0, 0];
      expect(found).toEqual(expected.map((d) => expect.closeTo(d, 5)));
    }
    expect(losses.subarray(1).reduce((a, b) => a + b)).toBeCloseTo(total, 2);
  });
});

describe('dropoutMasks', () => {
  it.each([
    { hiddenSize: 16, dropout: 0.4 },
    { hiddenSize: 9, dropout: 0.25 },
    { hiddenSize: 7, dropout: 0.999 },
    { hiddenSize: 3, dropout: 0.0001 },
  ])('draws the masks of fillDropoutMask: $hiddenSize units, dropout $dropout', async ({ hiddenSize, dropout }) => {
    const gpu = await testGpu.open();
    // Longer than the chunks that the CPU draws.
    const settings = settingsOf({ title: '', model: { hiddenSize }, changes: { dropout, sequenceLength: 1200 } });
    const shape = stepShape(settings, softwareTiles, 2);
    const { layers, streams, steps, packing } = shape;
    const states = upload(gpu, fillMaskStates(settings.seed, 17, shape, 1));
    const masks = upload(gpu, new Uint32Array((layers * steps * streams * packing.units) / 4));
    const builder = new ProgramBuilder(gpu);
    const keepProbability = effectiveKeepProbability(dropout);
    const sizes = { layers, streams, steps, units: hiddenSize, stride: packing.units };
    builder.add('test', dropoutMasks, { states, masks }, { ...sizes, threshold: 256 * keepProbability }, [1]);
    const program = await builder.build();
    program.submit(1);
    const drawn = new Uint8Array(await gpu.read(masks));
    const expected = new Uint8Array(steps * hiddenSize);
    for (let layer = 0; layer < layers; layer++) {
      for (let b = 0; b < streams; b++) {
        const stream = streams + b; // the second of two slices
        fillDropoutMask(expected, { seed: settings.seed, step: 17, layer, stream, keepProbability });
        const found = expected.map((_, i) => {
          const t = Math.floor(i / hiddenSize);
          return drawn[((layer * steps + t) * streams + b) * packing.units + (i % hiddenSize)]! / 255;
        });
        expect(found).toEqual(expected);
      }
    }
  });
});
