import { expect, it } from 'vitest';
import { quantizeInBlocks } from '../../../src/model/onnx/blockQuantization';
import { Random } from '../../../src/model/random';

it.each([
  { K: 1, N: 3, blockSize: 16 },
  { K: 40, N: 17, blockSize: 32 },
  { K: 128, N: 5, blockSize: 128 },
  { K: 300, N: 33, blockSize: 128 },
])('rounds a [$K, $N] matrix to half a step of its blocks', ({ K, N, blockSize }) => {
  const random = Random.fromSeed(1);
  const matrix = Float32Array.from({ length: K * N }, () => random.normal());
  const blocks = Math.ceil(K / blockSize);

  const quantized = quantizeInBlocks(matrix, K, N);

  expect(quantized.blockSize).toBe(blockSize);
  expect(quantized.values).toHaveLength(N * blocks * blockSize);
  for (let n = 0; n < N; n++) {
    for (let block = 0; block < blocks; block++) {
      const scale = quantized.scales[n * blocks + block]!;
      let largest = 0;
      for (let k = block * blockSize; k < (block + 1) * blockSize; k++) {
        const value = quantized.values[n * blocks * blockSize + k]!;
        if (k >= K) expect(value).toBe(128);
        else {
          const weight = matrix[k * N + n]!;
          largest = Math.max(largest, Math.abs(weight));
          expect(Math.abs(scale * (value - 128) - weight)).toBeLessThanOrEqual(scale * 0.5001);
        }
      }
      expect(scale).toBeCloseTo(largest / 127, 6);
    }
  }
});

it('leaves a column of zeros at zero', () => {
  const { values, scales } = quantizeInBlocks(Float32Array.of(0, 1, 0, -2), 2, 2);
  expect([...values.subarray(0, 2)]).toEqual([128, 128]);
  expect(scales[0]).toBe(0);
});
