/** Double precision throughout, so that the reference is exact to within the float32 of the weights it is given. */
export type Vector = Float64Array;

/** Weights are stored in float32; their gradients are summed in float64. */
export type Numbers = Float32Array | Float64Array;

/** A row-major matrix or a block of columns of one: element (i, j) is `data[offset + i * stride + j]`. */
export interface Matrix {
  readonly data: Numbers;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly offset: number;
}

export function matrix(data: Numbers, rows: number, columns: number): Matrix {
  return { data, rows, columns, stride: columns, offset: 0 };
}

/** The columns [start, start + columns) of a matrix, sharing its elements. */
export function columnBlock(of: Matrix, start: number, columns: number): Matrix {
  return { ...of, columns, offset: of.offset + start };
}

/** y += x·A, with x [rows] and y [columns]. A zero in x costs nothing, which makes one-hot inputs cheap. */
export function addProduct(y: Vector, x: Vector, a: Matrix): void {
  for (let i = 0; i < a.rows; i++) {
    if (x[i] === 0) continue;
    const row = a.offset + i * a.stride;
    for (let j = 0; j < a.columns; j++) y[j]! += x[i]! * a.data[row + j]!;
  }
}

/** y·Aᵀ, with y [columns]: the gradient of x·A with respect to x, given that with respect to its result. */
export function productWithTranspose(y: Vector, a: Matrix): Vector {
  const x = new Float64Array(a.rows);
  for (let i = 0; i < a.rows; i++) {
    const row = a.offset + i * a.stride;
    let sum = 0;
    for (let j = 0; j < a.columns; j++) sum += y[j]! * a.data[row + j]!;
    x[i] = sum;
  }
  return x;
}

/** A += xᵀ·y, with x [rows] and y [columns]: the gradient of x·A with respect to A. */
export function addOuterProduct(a: Matrix, x: Vector, y: Vector): void {
  for (let i = 0; i < a.rows; i++) {
    if (x[i] === 0) continue;
    const row = a.offset + i * a.stride;
    for (let j = 0; j < a.columns; j++) a.data[row + j]! += x[i]! * y[j]!;
  }
}

/** sum += x */
export function addVector(sum: Numbers, x: Numbers): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += x[i]!;
}
