import { describe, expect, it } from 'vitest';
import { createReader, type Reader, readersAgree } from '../../../src/model/completion/reader';
import type { ModelConfiguration } from '../../../src/model/lstm/configuration';
import { initializeWeights } from '../../../src/model/lstm/initialization';
import { ForwardSession } from '../../../src/model/sampling/forwardSession';
import type { RecurrentState } from '../../../src/model/sampling/recurrentState';

const V = 30;
const freshModel = (configuration: ModelConfiguration) => ({
  configuration,
  weights: initializeWeights(configuration, 1),
});

const text = Int32Array.from({ length: 120 }, (_, i) => (i * i) % V);

/** How far two states are apart, for the tensor in which that is most: as a share of the length of the second. */
function distance(a: RecurrentState, b: RecurrentState): number {
  const shares = a.tensors.map((tensor, i) => {
    const [x, y] = [tensor.data as Float32Array, b.tensors[i]!.data as Float32Array];
    return Math.hypot(...x.map((value, k) => value - y[k]!)) / Math.hypot(...y);
  });
  return Math.max(...shares);
}

describe.each(['lstm', 'gru', 'rnn'] as const)('a reader of an %s', (cellType) => {
  const model = freshModel({ cellType, vocabularySize: V, hiddenSize: 64, numLayers: 2 });

  it.each([
    ['float32', 1e-5],
    ['int8', 0.03],
  ] as const)('in %s comes to the state of the forward graph', async (precision, tolerance) => {
    const forward = await ForwardSession.create(model, { threads: 1 });
    const reader = await createReader(model, precision, 1);
    const { state } = await forward.advance(text, text.length, 1);
    const half = await reader.read(text.slice(0, 50), undefined);
    const read = await reader.read(text.slice(50), half);
    expect(distance(read, state)).toBeLessThan(tolerance);
    expect(read.batch).toBe(1);
    if (precision === 'int8') expect(distance(read, state)).toBeGreaterThan(0);
    await forward.dispose();
    await reader.dispose();
  });
});

describe('readersAgree', () => {
  const model = freshModel({ cellType: 'lstm', vocabularySize: V, hiddenSize: 64, numLayers: 1 });

  /** One that gets one value of the state wrong by as much as `share` of its whole length. */
  const wrongBy = (reader: Reader, share: number): Reader => ({
    read: async (tokens, before) => {
      const state = await reader.read(tokens, before);
      const cell = state.tensors[1]!.data as Float32Array;
      cell[0] = cell[0]! + share * Math.hypot(...cell);
      return state;
    },
    dispose: () => reader.dispose(),
  });

  it('tells rounding from cutting off', async () => {
    const reader = await createReader(model, 'float32', 1);
    const rounding = await createReader(model, 'int8', 1);
    expect(await readersAgree(rounding, reader, V)).toBe(true);
    expect(await readersAgree(wrongBy(reader, 0.05), reader, V)).toBe(true);
    expect(await readersAgree(wrongBy(reader, 0.2), reader, V)).toBe(false);
    expect(await readersAgree(wrongBy(reader, Number.NaN), reader, V)).toBe(false);
    await reader.dispose();
    await rounding.dispose();
  });
});
