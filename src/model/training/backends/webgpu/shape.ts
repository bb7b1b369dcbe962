import { effectiveKeepProbability } from '../../../lstm/dropoutMask';
import type { BackendSettings } from '../../backend';
import { positionsPerGroup } from './kernels/softmaxCrossEntropy';
import { Packing } from './packing';
import { type Tiles, unitMultiple } from './tiles';

/** By how many steps a layer follows the one below it. Larger matrix products in between, but a longer tail. */
const layerLag = 20;

/** The sizes of a training step as the GPU takes it. */
export interface StepShape {
  readonly packing: Packing;
  /** L */
  readonly layers: number;
  /** T */
  readonly steps: number;
  /** Parts of the batch that are worked on one after the other, because the arrays of all of it are too large. */
  readonly slices: number;
  /** B of a slice. The last slice may be filled up with streams that count for nothing. */
  readonly streams: number;
  /** T · B of a slice. */
  readonly positions: number;
  /** Steps by which a layer follows the one below it. */
  readonly lag: number;
  /** 1 / keepProbability of dropout; 0 where there is none. */
  readonly keepScale: number;
}

export function stepShape(settings: BackendSettings, tiles: Tiles, slices: number): StepShape {
  const { model, batchSize, sequenceLength, dropout } = settings;
  const streams = Math.ceil(batchSize / slices);
  return {
    packing: new Packing(model, unitMultiple(tiles)),
    layers: model.numLayers,
    steps: sequenceLength,
    slices: Math.ceil(batchSize / streams),
    streams,
    positions: sequenceLength * streams,
    lag: Math.min(layerLag, sequenceLength),
    keepScale: dropout > 0 ? 1 / effectiveKeepProbability(dropout) : 0,
  };
}

/** Bytes of the arrays that a step works on, by name; all but the first depend on the number of streams. */
export function arrayBytes({ packing, layers, steps, streams, positions, keepScale }: StepShape) {
  const state = 4 * layers * streams * packing.units;
  return {
    weights: 16 * packing.length,
    hidden: state * (steps + 1),
    cells: state * (steps + 1),
    gates: 4 * state * steps,
    logits: 4 * positions * packing.characters,
    above: state * steps,
    cellGradients: state,
    dropped: keepScale > 0 ? state * steps : 16,
    masks: keepScale > 0 ? layers * positions * packing.units : 16,
  };
}

type BufferLimits = Pick<
  GPUSupportedLimits,
  'maxStorageBufferBindingSize' | 'maxBufferSize' | 'maxComputeWorkgroupsPerDimension'
>;

/** Bytes that one array may have. */
export function largestArray({ maxStorageBufferBindingSize, maxBufferSize }: BufferLimits): number {
  return Math.min(maxStorageBufferBindingSize, maxBufferSize);
}

/** The fewest slices, at least `atLeast`, with which every array fits; null where even one stream a slice is too much. */
export function chooseSlices(
  settings: BackendSettings,
  tiles: Tiles,
  limits: BufferLimits,
  atLeast = 1,
): StepShape | null {
  for (let slices = atLeast; slices <= settings.batchSize; slices++) {
    const shape = stepShape(settings, tiles, slices);
    const largest = Math.max(...Object.values(arrayBytes(shape)));
    const groups = Math.max(shape.positions / positionsPerGroup, (shape.streams * shape.packing.units) / 4 / 256);
    if (largest <= largestArray(limits) && groups <= limits.maxComputeWorkgroupsPerDimension) return shape;
  }
  return null;
}
