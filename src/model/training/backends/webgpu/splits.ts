import { largestArray, type StepShape } from './shape';
import type { Tiles } from './tiles';

/** Workgroups that are enough to keep a GPU busy. */
const targetWorkgroups = 256;
/** A part of the depth is at least this many tiles deep. */
const minimumDepthTiles = 8;
const mostSplits = 32;

/** In how many parts the depth (T·B) of the products that make the weight gradients is split. */
export interface Splits {
  /** Of the recurrent weights of all layers and the input weights of all but the first. */
  readonly hidden: number;
  readonly input: number;
  readonly output: number;
  /** Bytes for the largest of the three to keep its parts in. */
  readonly partialBytes: number;
}

/**
 * A weight gradient is a small matrix with a sum over all T·B characters behind each element: where its tiles are too few
 * for the GPU, each tile's sum is shared by several workgroups, whose results are added up after.
 */
export function weightGradientSplits(
  { packing, layers, positions }: StepShape,
  { matrix }: Tiles,
  limits: Parameters<typeof largestArray>[0],
): Splits {
  const { units, characters } = packing;
  const split = (products: number, rows: number, columns: number, length: number) => {
    const tiles = products * Math.ceil(rows / matrix.rows) * Math.ceil(columns / matrix.columns);
    const useful = Math.floor(positions / (minimumDepthTiles * matrix.depth));
    const fitting = Math.floor(largestArray(limits) / (16 * length));
    return Math.max(1, Math.min(Math.ceil(targetWorkgroups / tiles), useful, fitting, mostSplits));
  };
  const lengths = { hidden: packing.inputOffset(0), input: (characters + 1) * units, output: packing.outputLength };
  const splits = {
    hidden: split(2 * layers - 1, units, 4 * units, lengths.hidden),
    input: split(1, characters, 4 * units, lengths.input),
    output: split(1, units, characters, lengths.output),
  };
  const kinds = ['hidden', 'input', 'output'] as const;
  const bytes = kinds.map((kind) => (splits[kind] > 1 ? 16 * splits[kind] * lengths[kind] : 0));
  return { ...splits, partialBytes: Math.max(...bytes) };
}

/** The depth of each part: whole tiles. */
export function chunkOf(depth: number, splits: number, { matrix }: Tiles): number {
  return Math.ceil(depth / splits / matrix.depth) * matrix.depth;
}
