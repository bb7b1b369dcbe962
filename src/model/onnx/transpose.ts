/** A row-major [rows, columns] matrix as [columns, rows]. */
export function transpose<T extends Float32Array | Int8Array>(matrix: T, rows: number, columns: number): T {
  const result = matrix.slice() as T;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column]!;
    }
  }
  return result;
}
