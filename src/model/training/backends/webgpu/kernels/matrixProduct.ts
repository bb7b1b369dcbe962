import { component, constants, unroll } from './kernel';
import { findTile, type MatrixProductVariant, matrixKernel } from './matrixJob';
import { loadOperands, type MatrixTiles } from './matrixOperands';

/**
 * Result[M, N] = left[M, K] · right[K, N] (+ bias[N]), for several jobs at once.
 *
 * A workgroup makes a tile of the result: x and y of its id are the tile's column and row, z is the job and the part of
 * the depth. It walks along the depth; at each stop the workgroup copies a tile of either operand into workgroup memory,
 * both with the depth outermost, and every thread adds outer products to its own threadRows x threadColumns block. A
 * thread's block is made of 4 x 4 pieces that lie far apart, so that neighbouring threads read neighbouring vec4s.
 *
 * @param halfPrecision keeps the tiles as 16-bit floats, half the bytes to read again and again; sums stay float32.
 */
export function matrixProduct(variant: MatrixProductVariant, tiles: MatrixTiles, halfPrecision = false) {
  const label = halfPrecision ? 'matrixProduct f16' : 'matrixProduct';
  return matrixKernel(label, variant, body(variant, tiles, halfPrecision), halfPrecision ? ['f16'] : []);
}

function body(variant: MatrixProductVariant, tiles: MatrixTiles, halfPrecision: boolean): string {
  const [threadsX, threadsY] = [tiles.columns / tiles.threadColumns, tiles.rows / tiles.threadRows];
  const [piecesDown, piecesAcross] = [tiles.threadRows / 4, tiles.threadColumns / 4];
  return `
${constants({ THREADS_X: threadsX, THREADS_Y: threadsY, THREADS: threadsX * threadsY })}
alias Element = ${halfPrecision ? 'vec4<f16>' : 'vec4<f32>'};
var<workgroup> leftTile: array<Element, ${(tiles.depth * tiles.rows) / 4}>;     // [TILE_DEPTH][TILE_ROWS / 4]
var<workgroup> rightTile: array<Element, ${(tiles.depth * tiles.columns) / 4}>; // [TILE_DEPTH][TILE_COLUMNS / 4]
fn toElement(value: vec4f) -> Element { return Element(value); }
fn putLeft(item: u32, value: vec4f) { leftTile[item] = toElement(value); }
fn putRight(item: u32, value: vec4f) { rightTile[item] = toElement(value); }
${loadOperands(variant, tiles)}

@compute @workgroup_size(${threadsX * threadsY})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
${findTile}
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
      ${unroll(piecesDown, (i) => `let a${i} = vec4f(leftTile[k * (TILE_ROWS / 4u) + y + ${i}u * THREADS_Y]);`)}
      ${unroll(piecesAcross, (j) => `let b${j} = vec4f(rightTile[k * (TILE_COLUMNS / 4u) + x + ${j}u * THREADS_X]);`)}
      ${unroll(tiles.threadRows, (i) => unroll(piecesAcross, (j) => `c${i}_${j} += a${i >> 2}.${component[i & 3]} * b${j};`))}
    }
    if (sums) {
      for (var k = 0u; k < TILE_DEPTH; k++) { columnSum += vec4f(rightTile[k * (TILE_COLUMNS / 4u) + thread]); }
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
    ${variant.bias ? `let offset = bias[job.biasOffset + column${j}];` : 'let offset = vec4f();'}
    ${unroll(tiles.threadRows, (i) => {
      const row = `firstRow + (y + ${i >> 2}u * THREADS_Y) * 4u + ${i & 3}u`;
      return `if (${row} < job.rows) { store(job, base + (${row}) * job.resultStride + column${j}, c${i}_${j} + offset); }`;
    })}
  }`,
  )}
}`;
}
