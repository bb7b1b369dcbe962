import { component, constants, kernel, unroll } from './kernel';

/**
 * The part of the result that a workgroup computes, `rows` x `columns`, and how many steps along the depth it loads at a
 * time; and the part of one thread. All are multiples of 4.
 */
export interface MatrixTiles {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly threadRows: number;
  readonly threadColumns: number;
}

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

/** u32 words of a job in the job table; see the struct below. */
export const jobWords = 16;

/** Writes a job into the table. The depth is split into parts of `chunk`, each with a result of its own. */
export function writeJob(table: Uint32Array, index: number, job: MatrixJob, chunk: number, splitStride: number): void {
  const { rows, columns, depth, leftOffset, leftStride, rightOffset, rightStride, resultOffset, resultStride } = job;
  const flags = [Number(job.columnSums ?? false), Number(job.accumulate ?? false)];
  table.set([rows, columns, depth, leftOffset, leftStride, rightOffset, rightStride], index * jobWords);
  table.set([resultOffset, resultStride, job.biasOffset ?? 0, chunk, splitStride, ...flags], index * jobWords + 7);
}

/**
 * Result[M, N] = left[M, K] · right[K, N] (+ bias[N]), for several jobs at once.
 *
 * A workgroup makes a tile of the result: x and y of its id are the tile's column and row, z is the job and the part of
 * the depth. It walks along the depth; at each stop the workgroup copies a tile of either operand into workgroup memory,
 * both with the depth outermost, and every thread adds outer products to its own threadRows x threadColumns block. A
 * thread's block is made of 4 x 4 pieces that lie far apart, so that neighbouring threads read neighbouring vec4s.
 */
export function matrixProduct(variant: MatrixProductVariant, tiles: MatrixTiles) {
  const { left, right, bias } = variant;
  const label = `matrixProduct ${left} ${right}${bias ? ' bias' : ''}`;
  return kernel(
    label,
    {
      jobs: 'read array<Job>',
      left: left === 'oneHot' ? 'read array<u32>' : 'read array<vec4f>',
      right: 'read array<vec4f>',
      bias: 'read array<vec4f>',
      result: 'write array<vec4f>',
    },
    { firstJob: 'u32', splits: 'u32' },
    body(variant, tiles),
  );
}

function body({ left, right, bias }: MatrixProductVariant, tiles: MatrixTiles): string {
  const [threadsX, threadsY] = [tiles.columns / tiles.threadColumns, tiles.rows / tiles.threadRows];
  const [piecesDown, piecesAcross] = [tiles.threadRows / 4, tiles.threadColumns / 4];
  return `
struct Job {
  rows: u32, columns: u32, depth: u32,
  leftOffset: u32, leftStride: u32, rightOffset: u32, rightStride: u32, resultOffset: u32, resultStride: u32,
  biasOffset: u32, chunk: u32, splitStride: u32, columnSums: u32, accumulate: u32, unused0: u32, unused1: u32,
}
${constants({ TILE_ROWS: tiles.rows, TILE_COLUMNS: tiles.columns, TILE_DEPTH: tiles.depth })}
${constants({ THREADS_X: threadsX, THREADS_Y: threadsY, THREADS: threadsX * threadsY })}
var<workgroup> leftTile: array<vec4f, ${(tiles.depth * tiles.rows) / 4}>;     // [TILE_DEPTH][TILE_ROWS / 4]
var<workgroup> rightTile: array<vec4f, ${(tiles.depth * tiles.columns) / 4}>; // [TILE_DEPTH][TILE_COLUMNS / 4]
${loadOperand({ side: 'left', tile: 'TILE_ROWS', bound: 'job.rows', along: left === 'plain' ? 'depth' : 'width', oneHot: left === 'oneHot' })}
${loadOperand({ side: 'right', tile: 'TILE_COLUMNS', bound: 'job.columns', along: right === 'plain' ? 'width' : 'depth' })}

fn store(job: Job, index: u32, value: vec4f) {
  if (job.accumulate != 0u) { result[index] += value; } else { result[index] = value; }
}

@compute @workgroup_size(${threadsX * threadsY})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let job = jobs[parameters.firstJob + group.z / parameters.splits];
  let split = group.z % parameters.splits;
  let firstRow = group.y * TILE_ROWS;
  let firstColumn = group.x * TILE_COLUMNS;
  let start = split * job.chunk;
  let end = min(job.depth, start + job.chunk);
  let x = thread % THREADS_X;
  let y = thread / THREADS_X;
  let sums = job.columnSums != 0u && group.y == 0u && thread < TILE_COLUMNS / 4u;
  var columnSum = vec4f();
  ${unroll(tiles.threadRows, (i) => unroll(piecesAcross, (j) => `var c${i}_${j} = vec4f();`))}
  for (var depth = start; depth < end; depth += TILE_DEPTH) {
    loadLeft(job, firstRow, depth, end, thread);
    loadRight(job, firstColumn, depth, end, thread);
    workgroupBarrier();
    for (var k = 0u; k < TILE_DEPTH; k++) {
      ${unroll(piecesDown, (i) => `let a${i} = leftTile[k * (TILE_ROWS / 4u) + y + ${i}u * THREADS_Y];`)}
      ${unroll(piecesAcross, (j) => `let b${j} = rightTile[k * (TILE_COLUMNS / 4u) + x + ${j}u * THREADS_X];`)}
      ${unroll(tiles.threadRows, (i) => unroll(piecesAcross, (j) => `c${i}_${j} += a${i >> 2}.${component[i & 3]} * b${j};`))}
    }
    if (sums) {
      for (var k = 0u; k < TILE_DEPTH; k++) { columnSum += rightTile[k * (TILE_COLUMNS / 4u) + thread]; }
    }
    workgroupBarrier();
  }
  let base = job.resultOffset + split * job.splitStride;
  if (sums && firstColumn + thread * 4u < job.columns) {
    store(job, base + job.rows * job.resultStride + firstColumn / 4u + thread, columnSum);
  }
  ${unroll(
    piecesAcross,
    (j) => `
  let column${j} = firstColumn / 4u + x + ${j}u * THREADS_X;
  if (column${j} * 4u < job.columns) {
    ${bias ? `let offset = bias[job.biasOffset + column${j}];` : 'let offset = vec4f();'}
    ${unroll(tiles.threadRows, (i) => {
      const row = `firstRow + (y + ${i >> 2}u * THREADS_Y) * 4u + ${i & 3}u`;
      return `if (${row} < job.rows) { store(job, base + (${row}) * job.resultStride + column${j}, c${i}_${j} + offset); }`;
    })}
  }`,
  )}
}`;
}

interface Operand {
  readonly side: 'left' | 'right';
  /** The constant that says how wide the tile is: along the rows of the left operand, the columns of the right one. */
  readonly tile: string;
  /** How wide the operand itself is. */
  readonly bound: string;
  /** Which direction lies in memory side by side. */
  readonly along: 'depth' | 'width';
  readonly oneHot?: boolean;
}

/** The function that fills an operand's tile, with zeros beyond the edges. */
function loadOperand({ side, tile, bound, along, oneHot = false }: Operand): string {
  const Side = side === 'left' ? 'Left' : 'Right';
  const [row, column] = along === 'depth' ? ['width', 'depth'] : ['depth', 'width'];
  const element = oneHot
    ? 'select(vec4f(0.0), vec4f(1.0), vec4u(left[depth]) == vec4u(width) + vec4u(0u, 1u, 2u, 3u))'
    : `${side}[job.${side}Offset + ${row} * job.${side}Stride + ${column} / 4u]`;
  const copy =
    along === 'width'
      ? `
  for (var item = thread; item < TILE_DEPTH * ${tile} / 4u; item += THREADS) {
    let width = first + item % (${tile} / 4u) * 4u;
    ${side}Tile[item] = at${Side}(job, width, depth + item / (${tile} / 4u), end);
  }`
      : `
  for (var item = thread; item < TILE_DEPTH * ${tile} / 16u; item += THREADS) {
    let k = item % (TILE_DEPTH / 4u) * 4u;
    let piece = item / (TILE_DEPTH / 4u);
    let width = first + piece * 4u;
    let block = transpose(mat4x4f(${[0, 1, 2, 3].map((i) => `at${Side}(job, width + ${i}u, depth + k, end)`).join(', ')}));
    ${unroll(4, (i) => `${side}Tile[(k + ${i}u) * (${tile} / 4u) + piece] = block[${i}];`)}
  }`;
  return `
fn at${Side}(job: Job, width: u32, depth: u32, end: u32) -> vec4f {
  if (width < ${bound} && depth < end) { return ${element}; }
  return vec4f();
}

fn load${Side}(job: Job, first: u32, depth: u32, end: u32, thread: u32) {${copy}
}`;
}
