/** A matrix [K, N] as 8-bit integers: weight[k, n] = scales[n] · values[k, n]. */
export interface ColumnQuantizedMatrix {
  readonly values: Int8Array;
  /** [N] */
  readonly scales: Float32Array;
}

/** Rounds each column of a row-major matrix [K, N] to multiples of its largest magnitude over 127. */
export function quantizeColumns(matrix: Float32Array, K: number, N: number): ColumnQuantizedMatrix {
  const scales = new Float32Array(N);
  for (let at = 0; at < K * N; at++) {
    const n = at % N;
    scales[n] = Math.max(scales[n]!, Math.abs(matrix[at]!) / 127);
  }
  const values = Int8Array.from(matrix, (value, at) => {
    const scale = scales[at % N]!;
    return scale > 0 ? Math.max(-127, Math.min(127, Math.round(value / scale))) : 0;
  });
  return { values, scales };
}

/** The matrix [K, N] that the integers stand for, in float32 as DequantizeLinear computes it. */
export function dequantizeColumns({ values, scales }: ColumnQuantizedMatrix): Float32Array {
  return Float32Array.from(values, (value, at) => value * scales[at % scales.length]!);
}
