import { Tensor } from 'onnxruntime-node';

/** Token ids as an int64 tensor, which is what other programs give a model; made without a BigInt for each. */
export function toTokenTensor(tokens: ArrayLike<number>, shape: readonly number[]): Tensor {
  const halves = new Int32Array(2 * tokens.length);
  for (let i = 0; i < tokens.length; i++) halves[2 * i] = tokens[i]!;
  return new Tensor('int64', new BigInt64Array(halves.buffer), shape);
}

/** The ids of an int64 tensor, in its order. */
export function fromTokenTensor(tensor: Tensor): Int32Array {
  const { buffer, byteOffset, length } = tensor.data as BigInt64Array;
  const halves = new Int32Array(buffer, byteOffset, 2 * length);
  return Int32Array.from({ length }, (_, i) => halves[2 * i]!);
}
