import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { cellTypes } from '../../../src/model/lstm/configuration';
import { forward } from '../../../src/model/lstm/reference';
import type { Weights } from '../../../src/model/lstm/weights';
import { ForwardSession } from '../../../src/model/sampling/forwardSession';
import type { RecurrentState } from '../../../src/model/sampling/recurrentState';
import { randomCase } from '../lstm/randomCase';
import { largestDifference } from '../onnx/largestDifference';

const V = 11;
const T = 9;

function asState(hidden: Weights, batch: number): RecurrentState {
  return { batch, tensors: [...hidden.values()].map(({ data, shape }) => new Tensor('float32', data, shape)) };
}

describe.each(cellTypes)('a forward session of the %s', (cellType) => {
  // Up to seven texts go through ONNX's recurrent operators, more through one product a step for all.
  const cases = [1, 2, 3].flatMap((numLayers) => [1, 3, 9].map((batchSize) => ({ numLayers, batchSize })));

  it.each(cases)('agrees with the reference: $numLayers layers, $batchSize texts', async ({ numLayers, batchSize }) => {
    const settings = { cellType, vocabularySize: V, hiddenSize: 7, numLayers, batchSize, sequenceLength: T };
    const { configuration, weights, batch, hidden, options } = randomCase(settings);
    const expected = forward(configuration, weights, batch, hidden, options);
    const session = await ForwardSession.create({ configuration, weights });

    const { logits, state } = await session.run(batch.inputs, T, batchSize, asState(hidden, batchSize));

    expect(largestDifference(logits, expected.logits)).toBeLessThan(1e-5);
    expect(state.batch).toBe(batchSize);
    for (const [i, { data, shape }] of [...expected.hidden.values()].entries()) {
      expect(state.tensors[i]!.dims).toEqual(shape);
      expect(largestDifference(state.tensors[i]!.data as Float32Array, data)).toBeLessThan(1e-5);
    }
    await session.dispose();
  });

  it.each([1, 8])('carries the state of %i texts from run to run', async (batchSize) => {
    const settings = { cellType, vocabularySize: V, hiddenSize: 7, numLayers: 2, batchSize, sequenceLength: T };
    const { configuration, weights, batch } = randomCase(settings);
    const session = await ForwardSession.create({ configuration, weights });
    const cut = 4;

    const whole = await session.run(batch.inputs, T, batchSize);
    const { state } = await session.advance(batch.inputs.subarray(0, cut * batchSize), cut, batchSize);
    const rest = await session.run(batch.inputs.subarray(cut * batchSize), T - cut, batchSize, state);
    const lastTwo = await session.run(batch.inputs, T, batchSize, undefined, 2);

    expect(largestDifference(rest.logits, whole.logits.subarray(cut * batchSize * V))).toBeLessThan(1e-6);
    expect(lastTwo.logits).toEqual(whole.logits.slice(-2 * batchSize * V));
    await session.dispose();
  });
});

it('refuses tokens, states and steps that do not fit together', async () => {
  const settings = { cellType: 'rnn', vocabularySize: V, hiddenSize: 3, numLayers: 1 } as const;
  const { configuration, weights } = randomCase({ ...settings, batchSize: 1, sequenceLength: 1 });
  const session = await ForwardSession.create({ configuration, weights });
  const { state } = await session.advance(Int32Array.of(1, 2), 1, 2);

  await expect(session.run(Int32Array.of(1, 2, 3), 2, 1)).rejects.toThrow(RangeError);
  await expect(session.run(Int32Array.of(1), 1, 1, state)).rejects.toThrow(RangeError);
  await expect(session.run(Int32Array.of(1), 1, 1, undefined, 2)).rejects.toThrow(RangeError);
  await session.dispose();
});
