import type { Abilities } from './abilities';
import type { StepTiles } from './kernels/lstmForward';
import { type MatrixTiles, productThreads } from './kernels/matrixOperands';
import { subgroupBlock } from './kernels/matrixUnitProduct';

/** How the work of each kernel is cut up for a GPU. It decides speed, and the order of sums, but not what is computed. */
export interface Tiles {
  readonly matrix: MatrixTiles;
  readonly forward: StepTiles;
  readonly backward: StepTiles;
}

/** Which of the ways to compute a step is taken: how work is cut up, and what the GPU has beyond the common. */
export interface KernelChoice {
  readonly tiles: Tiles;
  readonly abilities: Abilities;
}

/** What every GPU can run: 16 KB of workgroup memory, 256 threads. */
export const defaultTiles: Tiles = {
  matrix: { rows: 64, columns: 64, depth: 16, threadRows: 4, threadColumns: 4 },
  forward: { streams: 32, units: 16, depth: 32, threadStreams: 4, threadUnits: 2, depthSplit: 2 },
  backward: { streams: 32, units: 16, depth: 16, threadStreams: 4, threadUnits: 4, depthSplit: 8 },
};

/** Little padding and few threads, for a processor that pretends to be a GPU. */
export const softwareTiles: Tiles = {
  matrix: { rows: 16, columns: 16, depth: 16, threadRows: 4, threadColumns: 4 },
  forward: { streams: 16, units: 16, depth: 16, threadStreams: 4, threadUnits: 4, depthSplit: 2 },
  backward: { streams: 16, units: 16, depth: 16, threadStreams: 4, threadUnits: 4, depthSplit: 2 },
};

/** Others that are tried beside the default ones, one kind at a time. */
export const candidates: { readonly [Kind in keyof Tiles]: readonly Tiles[Kind][] } = {
  matrix: [
    { rows: 64, columns: 64, depth: 16, threadRows: 8, threadColumns: 4 },
    { rows: 128, columns: 64, depth: 16, threadRows: 8, threadColumns: 4 },
    { rows: 128, columns: 128, depth: 8, threadRows: 8, threadColumns: 8 },
    { rows: 32, columns: 32, depth: 16, threadRows: 4, threadColumns: 4 },
  ],
  forward: [
    { streams: 16, units: 16, depth: 32, threadStreams: 4, threadUnits: 1, depthSplit: 4 },
    { streams: 32, units: 8, depth: 32, threadStreams: 4, threadUnits: 1, depthSplit: 4 },
    { streams: 64, units: 8, depth: 32, threadStreams: 4, threadUnits: 1, depthSplit: 2 },
    { streams: 64, units: 16, depth: 16, threadStreams: 8, threadUnits: 2, depthSplit: 1 },
  ],
  backward: [
    { streams: 32, units: 16, depth: 16, threadStreams: 4, threadUnits: 4, depthSplit: 4 },
    { streams: 16, units: 16, depth: 32, threadStreams: 2, threadUnits: 4, depthSplit: 8 },
    { streams: 32, units: 16, depth: 16, threadStreams: 2, threadUnits: 4, depthSplit: 4 },
    { streams: 32, units: 8, depth: 16, threadStreams: 4, threadUnits: 4, depthSplit: 16 },
  ],
};

/** The number of units is rounded up to a multiple of this. */
export function unitMultiple({ forward, backward }: Tiles): number {
  return Math.max(forward.units, forward.depth, backward.units, backward.depth);
}

type WorkgroupLimits = Pick<GPUSupportedLimits, 'maxComputeWorkgroupStorageSize' | 'maxComputeInvocationsPerWorkgroup'>;

/** Whether the kernels of a choice fit together and into the workgroups of a device. */
export function choiceFits({ tiles, abilities }: KernelChoice, limits: WorkgroupLimits): boolean {
  const { matrix } = tiles;
  const { matrixUnit } = abilities;
  if (!tilesFit(tiles, limits)) return false;
  if (matrixUnit === null) return true;
  const pieces = (4 * matrixUnit.rows * matrixUnit.columns * productThreads(matrix)) / matrixUnit.subgroupSize;
  const memory = pieces + 4 * matrix.depth * (matrix.rows + matrix.columns);
  return subgroupBlock(matrix, matrixUnit) !== null && memory <= limits.maxComputeWorkgroupStorageSize;
}

/** Whether the kernels fit into the workgroups of a device. */
export function tilesFit({ matrix, forward, backward }: Tiles, limits: WorkgroupLimits): boolean {
  const memory = [
    matrix.depth * (matrix.rows + matrix.columns) * 4,
    16 * Math.max((forward.depth * forward.streams) / 4 + forward.depth * forward.units, sums(forward)),
    16 * Math.max(backward.depth * (backward.streams + backward.units + 2), sums(backward) / 4),
  ];
  const threads = [productThreads(matrix), stepThreads(forward), stepThreads(backward)];
  return (
    Math.max(...memory) <= limits.maxComputeWorkgroupStorageSize &&
    Math.max(...threads) <= limits.maxComputeInvocationsPerWorkgroup
  );
}

function sums({ streams, units, depthSplit }: StepTiles): number {
  return depthSplit * streams * units;
}

function stepThreads({ streams, units, threadStreams, threadUnits, depthSplit }: StepTiles): number {
  return (streams / threadStreams) * (units / threadUnits) * depthSplit;
}
