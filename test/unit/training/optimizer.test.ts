import { describe, expect, it } from 'vitest';
import type { Weights } from '../../../src/model/lstm/weights';
import {
  accumulators,
  clipGradients,
  gradientNorm,
  updateWeights,
  zeroMoments,
} from '../../../src/model/training/optimizer';

const tensors = (arrays: Record<string, number[]>): Weights =>
  new Map(
    Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data: Float32Array.from(data) }]),
  );
const numbers = (weights: Weights, name: string) => [...weights.get(name)!.data];
const close = (...values: number[]) => values.map((value) => expect.closeTo(value, 6));

const settings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipValue: 0, clipNorm: 0 };
const adam = { ...settings, optimizer: 'adam' } as const;
const rmsprop = { ...settings, optimizer: 'rmsprop' } as const;

describe('updateWeights', () => {
  it('takes two steps of Adam as computed by hand', () => {
    const start = { weights: tensors({ w: [1, -1] }), moments: tensors({ 'mean/w': [0, 0], 'meanSquare/w': [0, 0] }) };
    // Step 1: m̂ = g, v̂ = g², so each weight moves by the learning rate against the sign of its gradient.
    const first = updateWeights(adam, { ...start, step: 0 }, tensors({ w: [2, -0.5] }), 0.1);
    expect(numbers(first.weights, 'w')).toEqual(close(0.9, -0.9));
    expect(numbers(first.moments, 'mean/w')).toEqual(close(0.2, -0.05));
    expect(numbers(first.moments, 'meanSquare/w')).toEqual(close(0.04, 0.0025));
    // Step 2, first weight: m = 0.9·0.2 + 0.1·(−1) = 0.08, m̂ = 0.08 / 0.19; v = 0.99·0.04 + 0.01·1 = 0.0496,
    // v̂ = 0.0496 / 0.0199; the move is 0.1 · 0.4210526 / 1.5787424 = 0.0266701.
    const second = updateWeights(adam, { ...first, step: 1 }, tensors({ w: [-1, 0] }), 0.1);
    expect(numbers(second.moments, 'mean/w')).toEqual(close(0.08, -0.045));
    expect(numbers(second.moments, 'meanSquare/w')).toEqual(close(0.0496, 0.002475));
    expect(numbers(second.weights, 'w')[0]).toBeCloseTo(0.8733299, 6);
  });

  it('takes two steps of RMSprop as computed by hand', () => {
    const start = { weights: tensors({ w: [1] }), moments: tensors({ 'meanSquare/w': [0] }) };
    // v = 0.01·4 = 0.04; the move is 0.1·2 / 0.2 = 1. Then v = 0.99·0.04 + 0.01·1 = 0.0496; 0.1·1 / 0.2227106 = 0.4490132.
    const first = updateWeights(rmsprop, { ...start, step: 0 }, tensors({ w: [2] }), 0.1);
    expect(numbers(first.weights, 'w')).toEqual(close(0));
    const second = updateWeights(rmsprop, { ...first, step: 1 }, tensors({ w: [1] }), 0.1);
    expect(numbers(second.weights, 'w')).toEqual(close(-0.4490132));
    expect([...second.moments.keys()]).toEqual(['meanSquare/w']);
  });

  it.each([adam, rmsprop])('adds epsilon outside the root: $optimizer', (base) => {
    const moments = tensors({ 'mean/w': [0], 'meanSquare/w': [0] });
    const state = { weights: tensors({ w: [0] }), moments, step: 0 };
    const { weights } = updateWeights({ ...base, beta2: 0, epsilon: 3 }, state, tensors({ w: [1] }), 1);
    expect(numbers(weights, 'w')).toEqual(close(-1 / (1 + 3)));
  });

  it('does not move a weight without gradient, and changes nothing it was given', () => {
    const state = { weights: tensors({ w: [0.5] }), moments: tensors({ 'mean/w': [0], 'meanSquare/w': [0] }), step: 0 };
    const gradients = tensors({ w: [0] });
    const before = structuredClone({ state, gradients });
    expect(numbers(updateWeights(adam, state, gradients, 0.1).weights, 'w')).toEqual([0.5]);
    updateWeights(adam, state, tensors({ w: [1] }), 0.1);
    expect({ state, gradients }).toEqual(before);
  });
});

describe('clipGradients', () => {
  const gradients = tensors({ a: [3, -12], b: [0, 4] });

  it('does nothing when off', () => {
    expect(clipGradients(gradients, { clipValue: 0, clipNorm: 0 })).toEqual(gradients);
  });

  it('clips elements by value', () => {
    expect(clipGradients(gradients, { clipValue: 5, clipNorm: 0 })).toEqual(tensors({ a: [3, -5], b: [0, 4] }));
  });

  it('scales all to the norm together', () => {
    const clipped = clipGradients(gradients, { clipValue: 0, clipNorm: 6.5 });
    expect(clipped).toEqual(tensors({ a: [1.5, -6], b: [0, 2] }));
  });

  it('leaves gradients of a smaller norm alone', () => {
    expect(clipGradients(gradients, { clipValue: 0, clipNorm: 13.5 })).toEqual(gradients);
  });

  it('takes the norm after clipping by value', () => {
    // Values 3, −4, 0, 4 have the norm √41; the norm before was 13.
    const clipped = clipGradients(gradients, { clipValue: 4, clipNorm: Math.sqrt(41) / 2 });
    expect(numbers(clipped, 'a')).toEqual(close(1.5, -2));
    expect(numbers(clipped, 'b')).toEqual(close(0, 2));
  });
});

it('gradientNorm is that of all arrays together', () => {
  expect(gradientNorm(tensors({ a: [3, -12], b: [0, 4] }))).toBe(13);
});

it('zeroMoments has one array for each accumulator and weight', () => {
  const model = { cellType: 'gru', vocabularySize: 5, hiddenSize: 2, numLayers: 1 } as const;
  expect([...zeroMoments(model, 'rmsprop').keys()]).toEqual([
    'meanSquare/layer0.inputWeights',
    'meanSquare/layer0.recurrentWeights',
    'meanSquare/layer0.bias',
    'meanSquare/output.weights',
    'meanSquare/output.bias',
  ]);
  const moments = zeroMoments(model, 'adam');
  expect(moments.size).toBe(10);
  expect(moments.get('mean/output.weights')).toEqual({ shape: [2, 5], data: new Float32Array(10) });
  expect(accumulators('adam')).toEqual(['mean', 'meanSquare']);
});
