import { describe, expect, it } from 'vitest';
import { reduceGradients } from '../../../../src/model/training/backends/onnx/optimizerShard';
import { allocateSharedMemory, openSharedMemory } from '../../../../src/model/training/backends/onnx/sharedMemory';
import { settingsOf } from '../backendCases';

/** The gradients of a shard of two parameters after replicas that have found these. */
function reduce(found: readonly (readonly [number, number])[], clipValue: number) {
  const shared = openSharedMemory(allocateSharedMemory(settingsOf({ title: '' }), found.length));
  const P = shared.weights.length;
  const shard = { start: 3, end: 5 };
  shared.gradients.fill(100);
  found.forEach((pair, replica) => {
    shared.gradients.set(pair, replica * P + shard.start);
  });
  const sums = reduceGradients(shared, shard, found.length, clipValue);
  expect(shared.gradients[2]).toBe(100);
  expect(shared.gradients[5]).toBe(100);
  return { ...sums, gradients: [...shared.gradients.subarray(shard.start, shard.end)] };
}

describe('reduceGradients', () => {
  it('adds up what the replicas have found, and squares the sums', () => {
    const all = [
      [0.5, -1],
      [0.25, 2],
      [0.25, 3],
    ] as const;
    expect(reduce(all.slice(0, 1), 0)).toEqual({ squares: 1.25, clippedSquares: 1.25, gradients: [0.5, -1] });
    expect(reduce(all.slice(0, 2), 0)).toEqual({ squares: 1.5625, clippedSquares: 1.5625, gradients: [0.75, 1] });
    expect(reduce(all, 0)).toEqual({ squares: 17, clippedSquares: 17, gradients: [1, 4] });
  });

  it('clips what is larger than the value, although the squares add up to less', () => {
    const { squares, clippedSquares, gradients } = reduce([[0.9, -0.1]], 0.85);
    expect(squares).toBeCloseTo(0.82, 6);
    expect(clippedSquares).toBeCloseTo(0.7325, 6);
    expect(gradients[0]).toBeCloseTo(0.85, 6);
    expect(gradients[1]).toBeCloseTo(-0.1, 6);
    expect(reduce([[-4, 3]], 3.5).gradients).toEqual([-3.5, 3]);
  });

  it('leaves alone what is smaller', () => {
    expect(reduce([[3, -4]], 5)).toEqual({ squares: 25, clippedSquares: 25, gradients: [3, -4] });
    expect(reduce([[3, -4]], 4.5)).toEqual({ squares: 25, clippedSquares: 25, gradients: [3, -4] });
  });

  it('lets what is not a number through, to be found by its norm', () => {
    const { squares, gradients } = reduce([[Number.NaN, 9]], 5);
    expect(squares).toBeNaN();
    expect(gradients).toEqual([Number.NaN, 5]);
  });
});
