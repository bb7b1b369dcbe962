import type { MatrixUnit } from '../abilities';
import { constants, type Extension, unroll } from './kernel';
import { findTile, type MatrixProductVariant, matrixKernel } from './matrixJob';
import { loadOperands, type MatrixTiles, productThreads } from './matrixOperands';

/**
 * The same as `matrixProduct`, by the matrix units of a GPU: a workgroup makes the same tile of the result and loads the
 * same tiles of the operands, here as single numbers, but the tile of the result is cut into pieces as large as a unit
 * makes. A subgroup has a block of `down` x `across` pieces, whose sums stay in its registers until the end; then they go
 * through workgroup memory, one piece of every subgroup at a time, to where their edges can be cut off.
 */
export function matrixUnitProduct(variant: MatrixProductVariant, tiles: MatrixTiles, unit: MatrixUnit) {
  const half: Extension[] = unit.component === 'f16' ? ['f16'] : [];
  const extensions: Extension[] = [...half, 'subgroups', 'chromium_experimental_subgroup_matrix'];
  return matrixKernel('matrixUnitProduct', variant, body(variant, tiles, unit), extensions);
}

/** The pieces of a subgroup, down and across: as near to a square as can be; null where tiles and unit don't go together. */
export function subgroupBlock(tiles: MatrixTiles, unit: MatrixUnit): readonly [down: number, across: number] | null {
  const [piecesDown, piecesAcross] = [tiles.rows / unit.rows, tiles.columns / unit.columns];
  const count = (piecesDown * piecesAcross) / subgroupsOf(tiles, unit);
  const sizes = [piecesDown, piecesAcross, count, subgroupsOf(tiles, unit), tiles.depth / unit.depth];
  if (!sizes.every(Number.isInteger)) return null;
  for (let down = Math.floor(Math.sqrt(count)); down > 0; down--) {
    const across = count / down;
    if (Number.isInteger(across) && piecesDown % down === 0 && piecesAcross % across === 0) return [down, across];
  }
  return null;
}

function subgroupsOf(tiles: MatrixTiles, { subgroupSize }: MatrixUnit): number {
  return productThreads(tiles) / subgroupSize;
}

function body(variant: MatrixProductVariant, tiles: MatrixTiles, unit: MatrixUnit): string {
  const [down, across] = subgroupBlock(tiles, unit)!;
  const subgroups = subgroupsOf(tiles, unit);
  const { component, rows: M, columns: N, depth: K } = unit;
  const left = `subgroup_matrix_left<${component}, ${K}, ${M}>`;
  const right = `subgroup_matrix_right<${component}, ${N}, ${K}>`;
  const pieces = (piece: (i: number, j: number) => string) => unroll(down, (i) => unroll(across, (j) => piece(i, j)));
  return `
${constants({ THREADS: productThreads(tiles), SUBGROUPS: subgroups, SUBGROUPS_ACROSS: tiles.columns / N / across })}
${constants({ M, N, K, DOWN: down, ACROSS: across })}
alias Element = ${component};
var<workgroup> leftTile: array<Element, ${tiles.depth * tiles.rows}>;     // [TILE_DEPTH][TILE_ROWS]
var<workgroup> rightTile: array<Element, ${tiles.depth * tiles.columns}>; // [TILE_DEPTH][TILE_COLUMNS]
var<workgroup> piece: array<f32, ${subgroups * M * N}>;                   // [SUBGROUPS][M][N]
fn putLeft(item: u32, value: vec4f) {
  ${unroll(4, (i) => `leftTile[item * 4u + ${i}u] = Element(value[${i}]);`)}
}
fn putRight(item: u32, value: vec4f) {
  ${unroll(4, (i) => `rightTile[item * 4u + ${i}u] = Element(value[${i}]);`)}
}
fn rightAt(item: u32) -> vec4f {
  return vec4f(${[0, 1, 2, 3].map((i) => `f32(rightTile[item * 4u + ${i}u])`).join(', ')});
}
${loadOperands(variant, tiles)}

// Four neighbouring columns of a row of the result, unless they lie outside it.
fn storeRow(job: Job, base: u32, row: u32, column: u32, value: vec4f) {
  if (row >= job.rows || column >= job.columns) { return; }
  let offset = ${variant.bias ? 'bias[job.biasOffset + column / 4u]' : 'vec4f()'};
  store(job, base + row * job.resultStride + column / 4u, value + offset);
}

// Writes what every subgroup has put into its piece: that in row i and column j of its block.
fn storePieces(job: Job, base: u32, firstRow: u32, firstColumn: u32, i: u32, j: u32, thread: u32) {
  for (var item = thread; item < SUBGROUPS * M * N / 4u; item += THREADS) {
    let subgroup = item / (M * N / 4u);
    let row = (subgroup / SUBGROUPS_ACROSS * DOWN + i) * M + item / (N / 4u) % M;
    let column = (subgroup % SUBGROUPS_ACROSS * ACROSS + j) * N + item % (N / 4u) * 4u;
    let value = vec4f(piece[item * 4u], piece[item * 4u + 1u], piece[item * 4u + 2u], piece[item * 4u + 3u]);
    storeRow(job, base, firstRow + row, firstColumn + column, value);
  }
}

@compute @workgroup_size(${productThreads(tiles)})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_id) subgroup: u32,
) {
${findTile}
  let top = subgroup / SUBGROUPS_ACROSS * DOWN * M;
  let side = subgroup % SUBGROUPS_ACROSS * ACROSS * N;
  let sums = job.columnSums != 0u && group.y == 0u && thread < TILE_COLUMNS / 4u;
  var columnSum = vec4f();
  ${pieces((i, j) => `var c${i}_${j}: subgroup_matrix_result<f32, ${N}, ${M}>;`)}
  for (var depth = start; depth < end; depth += TILE_DEPTH) {
    loadLeft(job, firstRow, depth, end, thread);
    loadRight(job, firstColumn, depth, end, thread);
    workgroupBarrier();
    for (var k = 0u; k < TILE_DEPTH; k += K) {
      ${unroll(down, (i) => `let a${i} = subgroupMatrixLoad<${left}, col_major>(&leftTile, k * TILE_ROWS + top + ${i}u * M, TILE_ROWS);`)}
      ${unroll(across, (j) => `let b${j} = subgroupMatrixLoad<${right}, row_major>(&rightTile, k * TILE_COLUMNS + side + ${j}u * N, TILE_COLUMNS);`)}
      ${pieces((i, j) => `c${i}_${j} = subgroupMatrixMultiplyAccumulate(a${i}, b${j}, c${i}_${j});`)}
    }
    if (sums) {
      for (var k = 0u; k < TILE_DEPTH; k++) { columnSum += rightAt(k * (TILE_COLUMNS / 4u) + thread); }
    }
    workgroupBarrier();
  }
  let base = job.resultOffset + split * job.splitStride;
  if (sums && firstColumn + thread * 4u < job.columns) {
    store(job, base + job.rows * job.resultStride + firstColumn / 4u + thread, columnSum);
  }
  ${pieces(
    (i, j) => `
  subgroupMatrixStore<row_major>(&piece, subgroup * M * N, c${i}_${j}, N);
  workgroupBarrier();
  storePieces(job, base, firstRow, firstColumn, ${i}u, ${j}u, thread);
  workgroupBarrier();`,
  )}
}`;
}
