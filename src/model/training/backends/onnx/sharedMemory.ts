import { type ModelConfiguration, stateNames } from '../../../lstm/configuration';
import type { BackendSettings } from '../../backend';
import { Barrier } from './barrier';
import { ParameterLayout } from './parameterLayout';

/** What a replica needs to find its part of the work; can be sent to a worker thread as it is. */
export interface SharedMemory {
  readonly settings: BackendSettings;
  /** Threads that share each batch. */
  readonly replicas: number;
  /** The buffer behind each of {@link SharedArrays}. */
  readonly buffers: Readonly<Record<keyof SharedArrays, SharedArrayBuffer>>;
}

/** Everything that the replicas of a model share, with P parameters, B streams, T steps and R replicas. */
export interface SharedArrays {
  /** [P] */
  readonly weights: Float32Array;
  /** [P]: decayed mean of the gradients (Adam only). */
  readonly mean: Float32Array;
  /** [P]: decayed mean of the squared gradients. */
  readonly meanSquare: Float32Array;
  /** [R·P]: what each replica found on its own streams. */
  readonly gradients: Float32Array;
  /** [layers × states, B, H]: the carried state; written and read only when training starts, stops or is saved. */
  readonly hidden: Float32Array;
  /** [T, B] */
  readonly inputs: Int32Array;
  /** [T, B] */
  readonly targets: Int32Array;
  /** [B] */
  readonly carry: Float32Array;
  /** [R]: each replica's share of the loss. */
  readonly losses: Float64Array;
  /** [R]: the sum of squares of each shard of the gradient, before and after clipping by value. */
  readonly squares: Float64Array;
  readonly clippedSquares: Float64Array;
  readonly barrier: Int32Array;
}

export function allocateSharedMemory(settings: BackendSettings, replicas: number): SharedMemory {
  const { batchSize: B, sequenceLength: T, model } = settings;
  const P = new ParameterLayout(model).size;
  const words = (count: number, bytes = 4) => new SharedArrayBuffer(Math.max(1, count) * bytes);
  return {
    settings,
    replicas,
    buffers: {
      weights: words(P),
      mean: words(settings.optimizer === 'adam' ? P : 0),
      meanSquare: words(P),
      gradients: words(replicas * P),
      hidden: words(hiddenTensors(model) * B * model.hiddenSize),
      inputs: words(T * B),
      targets: words(T * B),
      carry: words(B),
      losses: words(replicas, 8),
      squares: words(replicas, 8),
      clippedSquares: words(replicas, 8),
      barrier: words(Barrier.words),
    },
  };
}

export function openSharedMemory({ buffers }: SharedMemory): SharedArrays {
  return {
    weights: new Float32Array(buffers.weights),
    mean: new Float32Array(buffers.mean),
    meanSquare: new Float32Array(buffers.meanSquare),
    gradients: new Float32Array(buffers.gradients),
    hidden: new Float32Array(buffers.hidden),
    inputs: new Int32Array(buffers.inputs),
    targets: new Int32Array(buffers.targets),
    carry: new Float32Array(buffers.carry),
    losses: new Float64Array(buffers.losses),
    squares: new Float64Array(buffers.squares),
    clippedSquares: new Float64Array(buffers.clippedSquares),
    barrier: new Int32Array(buffers.barrier),
  };
}

/** Carried state tensors of a model, in the order in which they lie in {@link SharedArrays.hidden}. */
export function hiddenNames(model: ModelConfiguration): { layer: number; state: 'h' | 'c' }[] {
  return Array.from({ length: model.numLayers }, (_, layer) =>
    stateNames(model.cellType).map((state) => ({ layer, state })),
  ).flat();
}

function hiddenTensors(model: ModelConfiguration): number {
  return model.numLayers * stateNames(model.cellType).length;
}

/** Part `index` of `count` nearly equal parts of `total`: from `start`, up to and without `end`. */
export function part(total: number, count: number, index: number): { start: number; end: number } {
  return { start: Math.floor((total * index) / count), end: Math.floor((total * (index + 1)) / count) };
}
