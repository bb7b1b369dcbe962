import type { BackendSettings } from '../../backend';
import { type Gpu, usage } from './gpu';
import { gradientNormGroups } from './kernels/gradientNorm';
import { positionsPerGroup } from './kernels/softmaxCrossEntropy';
import { arrayBytes, type StepShape } from './shape';
import { weightGradientSplits } from './splits';
import type { Tiles } from './tiles';

/** What a step reads about one slice of the batch, and the state that its streams carry. */
export interface SliceBuffers {
  /** [T, B] token ids. */
  readonly inputs: GPUBuffer;
  readonly targets: GPUBuffer;
  /** [B] */
  readonly carry: GPUBuffer;
  /** [2, L, B, H], h before c: of training and of evaluation. */
  readonly carried: GPUBuffer;
  readonly evaluationCarried: GPUBuffer;
  /** [L · B, 4]: the generators of the dropout masks. */
  readonly maskStates: GPUBuffer;
}

/** Everything in GPU memory but programs. Shapes are in the kernels that use it. */
export interface Buffers {
  readonly weights: GPUBuffer;
  readonly gradients: GPUBuffer;
  readonly mean: GPUBuffer;
  readonly meanSquare: GPUBuffer;
  readonly squares: GPUBuffer;
  readonly losses: GPUBuffer;
  readonly result: GPUBuffer;
  readonly hidden: GPUBuffer;
  readonly cells: GPUBuffer;
  readonly gates: GPUBuffer;
  readonly logits: GPUBuffer;
  readonly above: GPUBuffer;
  readonly cellGradients: GPUBuffer;
  readonly dropped: GPUBuffer;
  readonly masks: GPUBuffer;
  readonly partials: GPUBuffer;
  readonly slices: readonly SliceBuffers[];
}

/** Workgroups of the cross-entropy of one slice, each of which leaves one sum. */
export function lossesPerSlice({ positions }: StepShape): number {
  return Math.ceil(positions / positionsPerGroup);
}

/** Allocates all buffers; null where the GPU has too little memory. */
export function allocateBuffers(
  gpu: Gpu,
  shape: StepShape,
  tiles: Tiles,
  { optimizer }: BackendSettings,
): Promise<Buffers | null> {
  const make = (label: string, size: number) =>
    gpu.device.createBuffer({
      label,
      size: Math.max(16, size),
      usage: usage.storage | usage.copySource | usage.copyTarget,
    });
  const bytes = arrayBytes(shape);
  const { layers, streams, positions, packing } = shape;
  const slice = () => ({
    inputs: make('inputs', 4 * positions),
    targets: make('targets', 4 * positions),
    carry: make('carry', 4 * streams),
    carried: make('carried', 8 * layers * streams * packing.units),
    evaluationCarried: make('evaluationCarried', 8 * layers * streams * packing.units),
    maskStates: make('maskStates', 16 * layers * streams),
  });
  const all = () => ({
    weights: make('weights', bytes.weights),
    gradients: make('gradients', bytes.weights),
    mean: make('mean', optimizer === 'adam' ? bytes.weights : 0),
    meanSquare: make('meanSquare', bytes.weights),
    squares: make('squares', 8 * gradientNormGroups),
    losses: make('losses', 4 * shape.slices * lossesPerSlice(shape)),
    result: make('result', 8),
    hidden: make('hidden', bytes.hidden),
    cells: make('cells', bytes.cells),
    gates: make('gates', bytes.gates),
    logits: make('logits', bytes.logits),
    above: make('above', bytes.above),
    cellGradients: make('cellGradients', bytes.cellGradients),
    dropped: make('dropped', bytes.dropped),
    masks: make('masks', bytes.masks),
    partials: make('partials', weightGradientSplits(shape, tiles, gpu.limits).partialBytes),
    slices: Array.from({ length: shape.slices }, slice),
  });
  return gpu.allocate(all, destroyBuffers);
}

export function destroyBuffers({ slices, ...shared }: Buffers): void {
  for (const buffer of [...Object.values(shared), ...slices.flatMap((slice) => Object.values(slice))]) buffer.destroy();
}
