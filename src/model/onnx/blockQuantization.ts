/** A matrix [K, N] in 8 bits, laid out for ONNX Runtime's MatMulNBits operator. */
export interface BlockQuantizedMatrix {
  /** Consecutive rows of one column that share a scale. */
  readonly blockSize: number;
  /** [N, blocks, blockSize]: weight = scale · (value − 128); rows past K hold 128, that is 0. */
  readonly values: Uint8Array;
  /** [N · blocks] */
  readonly scales: Float32Array;
}

const zero = 128;
const largestBlock = 128;
const smallestBlock = 16;
const columnsAtOnce = 16;

/**
 * Rounds a row-major matrix [K, N] to symmetric 8-bit integers, column by column in blocks of up to 128 rows: larger
 * blocks are slower or no faster, smaller ones slower, and a scale for each block loses less than one for a column.
 */
export function quantizeInBlocks(matrix: Float32Array, K: number, N: number): BlockQuantizedMatrix {
  const blockSize = Math.max(smallestBlock, Math.min(largestBlock, 2 ** Math.floor(Math.log2(K))));
  const blocks = Math.ceil(K / blockSize);
  const scales = blockScales(matrix, K, N, blockSize);
  const values = new Uint8Array(N * blocks * blockSize).fill(zero);
  // A few columns at a time, so that neither reading along rows nor writing along columns leaves the cache.
  for (let first = 0; first < N; first += columnsAtOnce) {
    const end = Math.min(N, first + columnsAtOnce);
    for (let k = 0; k < K; k++) {
      const block = Math.floor(k / blockSize);
      for (let n = first; n < end; n++) {
        const scale = scales[n * blocks + block]!;
        if (scale > 0) values[n * blocks * blockSize + k] = zero + Math.round(matrix[k * N + n]! / scale);
      }
    }
  }
  return { blockSize, values, scales };
}

/** The largest magnitude of each block over 127. */
function blockScales(matrix: Float32Array, K: number, N: number, blockSize: number): Float32Array {
  const blocks = Math.ceil(K / blockSize);
  const scales = new Float32Array(N * blocks);
  for (let k = 0; k < K; k++) {
    const block = Math.floor(k / blockSize);
    for (let n = 0; n < N; n++) {
      const at = n * blocks + block;
      const scale = Math.abs(matrix[k * N + n]!) / 127;
      if (scale > scales[at]!) scales[at] = scale;
    }
  }
  return scales;
}
