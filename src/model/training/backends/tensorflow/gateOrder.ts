import type { Tensor } from '../../../lstm/weights';

/**
 * Brings the gates of a layer's weights [rows, 4H] or [4H] from our order i, o, f, g to that of TensorFlow's LSTM
 * operators, i, g, f, o, or back: the second and the fourth block of H columns change places.
 *
 * @returns a copy.
 */
export function swapGates({ shape, data }: Tensor): Float32Array {
  const columns = shape.at(-1)!;
  const H = columns / 4;
  const swapped = Float32Array.from(data);
  for (let row = 0; row < data.length; row += columns) {
    swapped.set(data.subarray(row + 3 * H, row + 4 * H), row + H);
    swapped.set(data.subarray(row + H, row + 2 * H), row + 3 * H);
  }
  return swapped;
}
