import { type Extension, kernel } from './kernel';

// What all kernels of large matrix products have in common: how operands may lie in memory, and the table of jobs.

/** How the operands lie in memory, and what is computed on the side. */
export interface MatrixProductVariant {
  /** The left one is stored as [M, K], as [K, M], or as K token ids that stand for one-hot rows [K, M]. */
  readonly left: 'plain' | 'transposed' | 'oneHot';
  /** The right one is stored as [K, N] or as [N, K]. */
  readonly right: 'plain' | 'transposed';
  /** Adds a row vector [N] of the array `bias` to every row. */
  readonly bias: boolean;
}

/**
 * One product among those of a dispatch. Strides (from row to row, as stored) and offsets count vec4s, so every stored
 * row is a multiple of 4 long.
 */
export interface MatrixJob {
  /** M, N and K. */
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly leftOffset: number;
  readonly leftStride: number;
  readonly rightOffset: number;
  readonly rightStride: number;
  readonly resultOffset: number;
  readonly resultStride: number;
  readonly biasOffset?: number;
  /** Also writes the sums of the right operand over its depth, [N], as one more row of the result. */
  readonly columnSums?: boolean;
  /** Adds to the result that is there. */
  readonly accumulate?: boolean;
}

/** u32 words of a job in the job table; see the struct in {@link matrixKernel}. */
export const jobWords = 16;

/** Writes a job into the table. The depth is split into parts of `chunk`, each with a result of its own. */
export function writeJob(table: Uint32Array, index: number, job: MatrixJob, chunk: number, splitStride: number): void {
  const { rows, columns, depth, leftOffset, leftStride, rightOffset, rightStride, resultOffset, resultStride } = job;
  const flags = [Number(job.columnSums ?? false), Number(job.accumulate ?? false)];
  table.set([rows, columns, depth, leftOffset, leftStride, rightOffset, rightStride], index * jobWords);
  table.set([resultOffset, resultStride, job.biasOffset ?? 0, chunk, splitStride, ...flags], index * jobWords + 7);
}

/**
 * A kernel for a variant: Result[M, N] = left[M, K] · right[K, N] (+ bias[N]), for several jobs at once. The body finds
 * the operands, `jobs` and `store` declared.
 */
export function matrixKernel(
  label: string,
  { left, right, bias }: MatrixProductVariant,
  body: string,
  extensions: readonly Extension[] = [],
) {
  return kernel(
    `${label} ${left} ${right}${bias ? ' bias' : ''}`,
    {
      jobs: 'read array<Job>',
      left: left === 'oneHot' ? 'read array<u32>' : 'read array<vec4f>',
      right: 'read array<vec4f>',
      bias: 'read array<vec4f>',
      result: 'write array<vec4f>',
    },
    { firstJob: 'u32', splits: 'u32' },
    `${declarations}\n${body}`,
    extensions,
  );
}

const declarations = `
struct Job {
  rows: u32, columns: u32, depth: u32,
  leftOffset: u32, leftStride: u32, rightOffset: u32, rightStride: u32, resultOffset: u32, resultStride: u32,
  biasOffset: u32, chunk: u32, splitStride: u32, columnSums: u32, accumulate: u32, unused0: u32, unused1: u32,
}

fn store(job: Job, index: u32, value: vec4f) {
  if (job.accumulate != 0u) { result[index] += value; } else { result[index] = value; }
}`;

/** What each workgroup begins with: its job, and the rows, columns and part of the depth that are its tile of it. */
export const findTile = `\
  let job = jobs[parameters.firstJob + group.z / parameters.splits];
  let split = group.z % parameters.splits;
  let firstRow = group.y * TILE_ROWS;
  let firstColumn = group.x * TILE_COLUMNS;
  let start = split * job.chunk;
  let end = min(job.depth, start + job.chunk);`;
