import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it, vi } from 'vitest';
import { createReader, type Reader, readersAgree } from '../../../src/model/completion/reader';
import type { ModelConfiguration } from '../../../src/model/lstm/configuration';
import { initializeWeights } from '../../../src/model/lstm/initialization';
import { buildReadingGraph } from '../../../src/model/onnx/readingGraph';
import { ForwardSession } from '../../../src/model/sampling/forwardSession';
import { type RecurrentState, stateFeeds, stateFromOutputs } from '../../../src/model/sampling/recurrentState';
import { toTokenTensor } from '../../../src/model/sampling/tokenTensor';

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

describe('the reading graph', () => {
  it('reads many texts layer by layer to nearly the states of the forward graph', async () => {
    const model = freshModel({ cellType: 'lstm', vocabularySize: V, hiddenSize: 64, numLayers: 3 });
    const [T, B] = [60, 3];
    const tokens = Int32Array.from({ length: T * B }, (_, i) => (i * 7) % V);
    const forward = await ForwardSession.create(model, { threads: 1 });
    const before = (await forward.advance(tokens, T, B)).state;
    const after = (await forward.advance(tokens, T, B, before)).state;
    const session = await InferenceSession.create(buildReadingGraph(model));
    const outputs = await session.run({
      tokens: toTokenTensor(tokens, [T, B]),
      ...stateFeeds(model.configuration, before),
    });
    expect(distance(stateFromOutputs(model.configuration, outputs), after)).toBeLessThan(0.03);
    expect(distance(before, after)).toBeGreaterThan(0.03);
    await forward.dispose();
    await session.release();
  });

  it('is taken for an LSTM, and gives way to the steps where its operator is missing', async () => {
    const model = freshModel({ cellType: 'lstm', vocabularySize: V, hiddenSize: 64, numLayers: 1 });
    const original = InferenceSession.create as (graph: Uint8Array, options: object) => Promise<InferenceSession>;
    const layered: InferenceSession[] = [];
    let missing = false;
    const create = vi.spyOn(InferenceSession, 'create').mockImplementation((async (
      graph: Uint8Array,
      options: object,
    ) => {
      const isLayered = Buffer.from(graph).includes('DynamicQuantizeLSTM');
      if (isLayered && missing) throw new Error('DynamicQuantizeLSTM is not a registered function/op');
      const session = await original.call(InferenceSession, graph, options);
      if (isLayered) layered.push(session);
      return session;
    }) as never);
    const states: RecurrentState[] = [];
    for (missing of [false, true]) {
      const reader = await createReader(model, 'int8', 1);
      const run = layered[0] && vi.spyOn(layered[0], 'run');
      states.push(await reader.read(text, undefined));
      expect(run?.mock.calls.length).toBe(missing ? 0 : 1);
      run?.mockRestore();
      await reader.dispose();
    }
    create.mockRestore();
    expect(layered).toHaveLength(1);
    expect(distance(states[0]!, states[1]!)).toBeLessThan(0.05);
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
