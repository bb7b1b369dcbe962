import { activeLayers, handedUp, type Schedule, scheduleProducts } from './forwardSchedule';
import type { MatrixJob } from './kernels/matrixJob';
import { sumPartialsThreads } from './kernels/sumPartials';
import { chunkOf, weightGradientSplits } from './splits';

/** Workgroups at most that add up parts; each thread takes several elements. */
const mostSumGroups = 1024;

/**
 * The backward pass of a slice, from the gradient by the logits to that by all weights, which the first slice writes and
 * the others add to. The wavefront of the forward pass, the other way round: from the last step and the top layer down.
 *
 * @param limits of the GPU.
 */
export function scheduleBackward(schedule: Schedule, dropout: boolean, limits: GPUSupportedLimits): void {
  const { kernels, shape, buffers } = schedule;
  const { layers, steps, lag, packing, positions } = shape;
  const { logits, weights, above } = buffers;
  scheduleProducts(
    schedule,
    'output gradients',
    kernels.inputGradient,
    { left: logits, right: weights, bias: weights, result: above },
    [
      {
        ...{ rows: positions, columns: packing.units, depth: packing.characters },
        ...{ leftOffset: 0, leftStride: packing.characters / 4 },
        ...{ rightOffset: packing.outputOffset, rightStride: packing.characters / 4 },
        ...{ resultOffset: ((layers - 1) * positions * packing.units) / 4, resultStride: packing.units / 4 },
      },
    ],
  );
  for (let diagonal = 0; diagonal < steps + (layers - 1) * lag; diagonal++) {
    if (diagonal % lag === 0) scheduleInputGradients(schedule, diagonal / lag);
    scheduleStep(schedule, diagonal, dropout ? shape.keepScale : 0);
  }
  scheduleWeightGradients(schedule, dropout, limits);
}

/** da·Wᵀ for the layers below the top for the steps that the layer above each has just finished. */
function scheduleInputGradients(schedule: Schedule, chunk: number): void {
  const { kernels, shape, buffers } = schedule;
  const { layers, steps, streams, lag, packing } = shape;
  const jobs: MatrixJob[] = [];
  for (let layer = layers - 2; layer >= 0; layer--) {
    const to = steps - (chunk - (layers - 1 - layer)) * lag;
    if (to > steps || to <= 0) continue;
    const from = Math.max(0, to - lag);
    const row = (of: number) => (of * steps + from) * streams * packing.units;
    jobs.push({
      ...{ rows: (to - from) * streams, columns: packing.units, depth: 4 * packing.units },
      ...{ leftOffset: row(layer + 1), leftStride: packing.units },
      ...{ rightOffset: packing.inputOffset(layer + 1), rightStride: packing.units },
      ...{ resultOffset: row(layer) / 4, resultStride: packing.units / 4 },
    });
  }
  const { gates, weights, above } = buffers;
  const bound = { left: gates, right: weights, bias: weights, result: above };
  scheduleProducts(schedule, 'input gradients', kernels.inputGradient, bound, jobs);
}

function scheduleStep(
  { builder, kernels, tiles, shape, buffers }: Schedule,
  diagonal: number,
  keepScale: number,
): void {
  const { layers, steps, streams, lag, packing } = shape;
  const active = activeLayers(shape, diagonal, (layer) => layers - 1 - layer);
  if (active.length === 0) return;
  const { weights, gates, cells, above, cellGradients, masks } = buffers;
  builder.add(
    'backward steps',
    kernels.lstmBackward,
    { weights, gates, cells, above, cellGradients, masks },
    { streams, steps, units: packing.units, layers, diagonal, lag, firstLayer: active[0]!, keepScale },
    [packing.units / tiles.backward.units, Math.ceil(streams / tiles.backward.streams), active.length],
  );
}

function scheduleWeightGradients(schedule: Schedule, dropout: boolean, limits: GPUSupportedLimits): void {
  const { kernels, shape, buffers, slice, tiles } = schedule;
  const { layers, packing, positions } = shape;
  const { units, characters } = packing;
  const { hidden, dropped, gates, logits } = buffers;
  const splits = weightGradientSplits(shape, tiles, limits);
  const layerGates = (layer: number) => ({ rightOffset: layer * positions * units, rightStride: units });
  const handed = dropout ? dropped : hidden;

  const recurrent = Array.from({ length: layers }, (_, layer) => ({
    ...{ rows: units, columns: 4 * units, depth: positions, leftStride: units / 4, ...layerGates(layer) },
    // What the recurrent weights read is the state before each step, without dropout.
    leftOffset: (layer * (shape.steps + 1) * shape.streams * units) / 4,
    ...{ resultOffset: packing.recurrentOffset(layer), resultStride: units },
  }));
  const upper = Array.from({ length: layers - 1 }, (_, below) => ({
    ...{ rows: units, columns: 4 * units, depth: positions, leftStride: units / 4, ...layerGates(below + 1) },
    leftOffset: handedUp(shape, below, 0, dropout),
    ...{ resultOffset: packing.inputOffset(below + 1), resultStride: units, columnSums: true },
  }));
  if (handed === hidden) {
    const part = { kernel: kernels.weightGradient, left: hidden, right: gates, jobs: [...recurrent, ...upper] };
    scheduleWeightGradient(schedule, { ...part, offset: 0, length: packing.inputOffset(0), splits: splits.hidden });
  } else {
    const [middle, end] = [packing.recurrentOffset(layers), packing.inputOffset(0)];
    const part = { kernel: kernels.weightGradient, right: gates, splits: splits.hidden };
    scheduleWeightGradient(schedule, { ...part, left: hidden, jobs: recurrent, offset: 0, length: middle });
    scheduleWeightGradient(schedule, { ...part, left: dropped, jobs: upper, offset: middle, length: end - middle });
  }
  scheduleWeightGradient(schedule, {
    ...{ kernel: kernels.characterGradient, left: slice.inputs, right: gates, splits: splits.input },
    ...{ offset: packing.inputOffset(0), length: (characters + 1) * units },
    jobs: [
      {
        ...{ rows: characters, columns: 4 * units, depth: positions, leftOffset: 0, leftStride: 0, ...layerGates(0) },
        ...{ resultOffset: packing.inputOffset(0), resultStride: units, columnSums: true },
      },
    ],
  });
  scheduleWeightGradient(schedule, {
    ...{ kernel: kernels.weightGradient, left: handed, right: logits, splits: splits.output },
    ...{ offset: packing.outputOffset, length: packing.outputLength },
    jobs: [
      {
        ...{ rows: units, columns: characters, depth: positions },
        ...{ leftOffset: handedUp(shape, layers - 1, 0, dropout), leftStride: units / 4 },
        ...{ rightOffset: 0, rightStride: characters / 4 },
        ...{ resultOffset: packing.outputOffset, resultStride: characters / 4, columnSums: true },
      },
    ],
  });
}

interface WeightGradient {
  readonly kernel: Schedule['kernels']['weightGradient'];
  readonly left: GPUBuffer;
  readonly right: GPUBuffer;
  /** Their results lie one after the other in the packed weights, and fill `length` vec4s from `offset` on. */
  readonly jobs: readonly MatrixJob[];
  readonly offset: number;
  readonly length: number;
  readonly splits: number;
}

/** Products whose depth is all positions, in one go or in parts that are added up after. */
function scheduleWeightGradient(schedule: Schedule, gradient: WeightGradient): void {
  const { builder, kernels, buffers, tiles, shape, sliceIndex } = schedule;
  const { kernel, left, right, jobs, offset, length, splits } = gradient;
  if (jobs.length === 0) return;
  const { weights, gradients, partials } = buffers;
  const bound = { left, right, bias: weights };
  const accumulate = sliceIndex > 0;
  if (splits === 1) {
    const adding = jobs.map((job) => ({ ...job, accumulate }));
    scheduleProducts(schedule, 'weight gradients', kernel, { ...bound, result: gradients }, adding);
    return;
  }
  const moved = jobs.map((job) => ({ ...job, resultOffset: job.resultOffset - offset }));
  const split = { splits, chunk: chunkOf(shape.positions, splits, tiles), stride: length };
  scheduleProducts(schedule, 'weight gradients', kernel, { ...bound, result: partials }, moved, split);
  const groups = Math.min(mostSumGroups, Math.ceil(length / sumPartialsThreads));
  const parameters = { length, splits, offset, accumulate: Number(accumulate) };
  builder.add('weight gradients', kernels.sumPartials, { partials, gradients }, parameters, [groups]);
}
