import { constants, unroll } from './kernel';
import type { MatrixProductVariant } from './matrixJob';

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

/** Threads of a workgroup. */
export function productThreads({ rows, columns, threadRows, threadColumns }: MatrixTiles): number {
  return (rows / threadRows) * (columns / threadColumns);
}

/**
 * The functions that fill a workgroup's tiles of both operands, which they hand on to `putLeft` and `putRight` in vec4s:
 * `item` counts the vec4s of [TILE_DEPTH][width of the tile], the depth outermost whatever the operand's own order.
 */
export function loadOperands({ left, right }: MatrixProductVariant, { rows, columns, depth }: MatrixTiles): string {
  return `
${constants({ TILE_ROWS: rows, TILE_COLUMNS: columns, TILE_DEPTH: depth })}
${loadOperand({ side: 'left', tile: 'TILE_ROWS', bound: 'job.rows', along: left === 'plain' ? 'depth' : 'width', oneHot: left === 'oneHot' })}
${loadOperand({ side: 'right', tile: 'TILE_COLUMNS', bound: 'job.columns', along: right === 'plain' ? 'width' : 'depth' })}`;
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
    put${Side}(item, at${Side}(job, width, depth + item / (${tile} / 4u), end));
  }`
      : `
  for (var item = thread; item < TILE_DEPTH * ${tile} / 16u; item += THREADS) {
    let k = item % (TILE_DEPTH / 4u) * 4u;
    let piece = item / (TILE_DEPTH / 4u);
    let width = first + piece * 4u;
    let block = transpose(mat4x4f(${[0, 1, 2, 3].map((i) => `at${Side}(job, width + ${i}u, depth + k, end)`).join(', ')}));
    ${unroll(4, (i) => `put${Side}((k + ${i}u) * (${tile} / 4u) + piece, block[${i}]);`)}
  }`;
  return `
fn at${Side}(job: Job, width: u32, depth: u32, end: u32) -> vec4f {
  if (width < ${bound} && depth < end) { return ${element}; }
  return vec4f();
}

fn load${Side}(job: Job, first: u32, depth: u32, end: u32, thread: u32) {${copy}
}`;
}
