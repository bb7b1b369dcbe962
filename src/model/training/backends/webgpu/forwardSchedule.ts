import type { Buffers, SliceBuffers } from './buffers';
import { lossesPerSlice } from './buffers';
import type { Kernels } from './kernels/all';
import { carryThreads } from './kernels/carryState';
import type { MatrixJob } from './kernels/matrixJob';
import type { ProgramBuilder } from './program';
import type { StepShape } from './shape';
import type { Tiles } from './tiles';

/** What the schedules of a slice are made of. */
export interface Schedule {
  readonly builder: ProgramBuilder;
  readonly kernels: Kernels;
  readonly tiles: Tiles;
  readonly shape: StepShape;
  readonly buffers: Buffers;
  readonly slice: SliceBuffers;
  /** The slice's place in the batch. */
  readonly sliceIndex: number;
}

export interface ForwardOptions {
  readonly carried: GPUBuffer;
  readonly dropout: boolean;
  /** Of the gradient: 1 / (T · B) of the whole batch, for the mean loss, times what keeps it from being tiny. */
  readonly scale: number;
}

/**
 * The forward pass of a slice, from token ids to losses and the gradient by the logits.
 *
 * Layers run as a wavefront: layer l is l · lag steps behind the first, so that one dispatch takes a step in every layer
 * at once; whenever a layer has finished `lag` steps, what they hand up is multiplied with the input weights of the next
 * layer as one large product.
 */
export function scheduleForward(schedule: Schedule, { carried, dropout, scale }: ForwardOptions): void {
  const { builder, kernels, shape, buffers, slice, sliceIndex } = schedule;
  const { layers, steps, lag, packing, positions } = shape;
  if (dropout) scheduleMasks(schedule);
  scheduleCarry(schedule, carried, false);
  const keepScale = dropout ? shape.keepScale : 0;
  for (let diagonal = 0; diagonal < steps + (layers - 1) * lag; diagonal++) {
    if (diagonal % lag === 0) scheduleProjections(schedule, diagonal / lag, dropout);
    scheduleStep(schedule, diagonal, keepScale);
  }
  const { hidden, dropped, logits, weights } = buffers;
  const top = layers - 1;
  scheduleProducts(
    schedule,
    'logits',
    kernels.projection,
    { left: dropout ? dropped : hidden, right: weights, bias: weights, result: logits },
    [
      {
        ...{ rows: positions, columns: packing.characters, depth: packing.units },
        ...{ leftOffset: handedUp(shape, top, 0, dropout), leftStride: packing.units / 4 },
        ...{ rightOffset: packing.outputOffset, rightStride: packing.characters / 4 },
        ...{ resultOffset: 0, resultStride: packing.characters / 4, biasOffset: packing.outputBiasOffset },
      },
    ],
  );
  builder.add(
    'cross-entropy',
    kernels.softmaxCrossEntropy,
    { targets: slice.targets, logits, losses: buffers.losses },
    {
      ...{ positions, vocabularySize: packing.model.vocabularySize, stride: packing.characters },
      ...{ firstLoss: sliceIndex * lossesPerSlice(shape), scale },
    },
    [lossesPerSlice(shape)],
  );
  scheduleCarry(schedule, carried, true);
}

/** Where in vec4s the output of a layer from step t on lies: in `dropped` or in `hidden`, whose slot 0 is the old state. */
export function handedUp({ steps, streams, packing }: StepShape, layer: number, t: number, dropout: boolean): number {
  const row = dropout ? layer * steps + t : layer * (steps + 1) + t + 1;
  return (row * streams * packing.units) / 4;
}

/** The layers that have a step to take on a diagonal of the wavefront, where the layer in place p starts p · lag later. */
export function activeLayers({ layers, steps, lag }: StepShape, diagonal: number, place: (layer: number) => number) {
  const all = Array.from({ length: layers }, (_, layer) => layer);
  return all.filter((layer) => diagonal >= place(layer) * lag && diagonal < place(layer) * lag + steps);
}

type ProductKernel = Kernels['projection'];

/** Adds one dispatch for several products of the same kernel and buffers. */
export function scheduleProducts(
  { builder, tiles }: Schedule,
  group: string,
  kernel: ProductKernel,
  buffers: Record<'left' | 'right' | 'bias' | 'result', GPUBuffer>,
  jobs: readonly MatrixJob[],
  split: { readonly splits: number; readonly chunk: number; readonly stride: number } | null = null,
): void {
  if (jobs.length === 0) return;
  const indices = jobs.map((job) => builder.addJob(job, split?.chunk ?? job.depth, split?.stride ?? 0));
  const splits = split?.splits ?? 1;
  const across = Math.max(...jobs.map(({ columns }) => Math.ceil(columns / tiles.matrix.columns)));
  const down = Math.max(...jobs.map(({ rows }) => Math.ceil(rows / tiles.matrix.rows)));
  builder.add(group, kernel, buffers, { firstJob: indices[0]!, splits }, [across, down, jobs.length * splits]);
}

function scheduleMasks({ builder, kernels, shape, buffers, slice }: Schedule): void {
  const { layers, streams, steps, packing, keepScale } = shape;
  builder.add(
    'dropout',
    kernels.dropoutMasks,
    { states: slice.maskStates, masks: buffers.masks },
    {
      ...{ layers, streams, steps, units: packing.model.hiddenSize, stride: packing.units },
      threshold: Math.round(256 / keepScale),
    },
    [Math.ceil((layers * streams) / kernels.dropoutMaskThreads)],
  );
}

function scheduleCarry(
  { builder, kernels, shape, buffers, slice }: Schedule,
  carried: GPUBuffer,
  store: boolean,
): void {
  const { layers, streams, steps, packing } = shape;
  builder.add(
    'carry',
    kernels.carryState,
    { carry: slice.carry, carried, hidden: buffers.hidden, cells: buffers.cells },
    { streams, steps, units: packing.units, layers, store: Number(store) },
    [Math.ceil((streams * packing.units) / 4 / carryThreads), layers],
  );
}

/** x·W + b of the layers above the first for the steps that the layer below each has just finished. */
function scheduleProjections(schedule: Schedule, chunk: number, dropout: boolean): void {
  const { kernels, shape, buffers } = schedule;
  const { layers, steps, streams, lag, packing } = shape;
  const jobs: MatrixJob[] = [];
  for (let layer = 1; layer < layers; layer++) {
    const from = (chunk - layer) * lag;
    if (from < 0 || from >= steps) continue;
    jobs.push({
      ...{ rows: (Math.min(steps, from + lag) - from) * streams, columns: 4 * packing.units, depth: packing.units },
      ...{ leftOffset: handedUp(shape, layer - 1, from, dropout), leftStride: packing.units / 4 },
      ...{ rightOffset: packing.inputOffset(layer), rightStride: packing.units },
      ...{ resultOffset: (layer * steps + from) * streams * packing.units, resultStride: packing.units },
      biasOffset: packing.biasOffset(layer),
    });
  }
  const { weights, gates, hidden, dropped } = buffers;
  const bound = { left: dropout ? dropped : hidden, right: weights, bias: weights, result: gates };
  scheduleProducts(schedule, 'input projections', kernels.projection, bound, jobs);
}

function scheduleStep(
  { builder, kernels, tiles, shape, buffers, slice }: Schedule,
  diagonal: number,
  keepScale: number,
) {
  const { steps, streams, lag, packing } = shape;
  const active = activeLayers(shape, diagonal, (layer) => layer);
  if (active.length === 0) return;
  const { weights, gates, hidden, cells, masks, dropped } = buffers;
  builder.add(
    'forward steps',
    kernels.lstmForward,
    { weights, inputs: slice.inputs, gates, hidden, cells, masks, dropped },
    {
      ...{ streams, steps, units: packing.units, diagonal, lag, firstLayer: active[0]!, keepScale },
      ...{ inputOffset: packing.inputOffset(0), biasOffset: packing.biasOffset(0) },
    },
    [packing.units / tiles.forward.units, Math.ceil(streams / tiles.forward.streams), active.length],
  );
}
