import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it, vi } from 'vitest';
import { toInspectedText } from '../../../src/model/inspection/inspectedText';
import { inspectTexts, predictText } from '../../../src/model/inspection/inspection';
import { InspectionReader } from '../../../src/model/inspection/reader';
import type { LayerRows, PredictionRows } from '../../../src/model/inspection/rows';
import { type CellState, preactivation, sigmoid } from '../../../src/model/lstm/cells/cell';
import { cellTypes } from '../../../src/model/lstm/configuration';
import type { Vector } from '../../../src/model/lstm/linearAlgebra';
import { networkOf, stepForward } from '../../../src/model/lstm/network';
import { gateNames } from '../../../src/model/onnx/inspectionGraph';
import type { Model } from '../../../src/model/onnx/modelFile';
import { largestDifference } from '../onnx/largestDifference';
import { testModel } from '../sampling/testModel';

/** Longer than two chunks, with characters of two UTF-16 units and some that the model does not know. */
const text = 'the quick brown fox 🙂 jumps\nover é LAZY dog '.repeat(14);

/** What the plain reference does at each step of some tokens: logits [V], and h, cells and gates of each layer. */
function referenceSteps({ configuration, weights }: Model, tokens: Int32Array) {
  const { cellType, hiddenSize: H, numLayers } = configuration;
  const network = networkOf(configuration, weights);
  const c = cellType === 'lstm' ? H : 0;
  let states: readonly CellState[] = Array.from({ length: numLayers }, () => ({
    h: new Float64Array(H),
    c: new Float64Array(c),
  }));
  return Array.from(tokens, (token) => {
    const step = stepForward(network, token, states, []);
    let x: Vector = Float64Array.from({ length: configuration.vocabularySize }, (_, i) => Number(i === token));
    const layers = step.layers.map(({ state }, layer) => {
      const a = preactivation(network.layers[layer]!, x, states[layer]!.h);
      x = state.h;
      const gates = cellType === 'rnn' ? [] : a.subarray(0, gateNames[cellType].length * H).map(sigmoid);
      return { h: state.h, cells: cellType === 'lstm' ? state.c.map(Math.tanh) : state.h, gates };
    });
    states = step.layers.map(({ state }) => state);
    return { logits: step.logits, layers };
  });
}

function softmax(logits: Float64Array): Float64Array {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

describe.each(cellTypes)('an inspection of the %s', (cellType) => {
  it('tells of each character what the plain reference would', async () => {
    const model = testModel({ cellType });
    const { hiddenSize: H } = model.configuration;
    const G = gateNames[cellType].length;
    const inspected = toInspectedText({ path: 'a/b', text }, model.vocabulary, 1e6);
    const first = inspected.head.length;
    const steps = referenceSteps(model, Int32Array.from([...inspected.head, ...inspected.tokens]));
    const reader = new InspectionReader(model);
    const predictions: PredictionRows[] = [];
    let next = 0;

    await reader.read(inspected, {
      onPredictions: (rows) => predictions.push(rows),
      onActivations: ({ start, length, layers }) => {
        expect(start).toBe(next);
        next += length;
        for (let t = 0; t < length; t++) {
          const row = ({ cells, gates }: LayerRows) => ({
            cells: cells.subarray(t * H, (t + 1) * H),
            gates: gates.subarray(t * G * H, (t + 1) * G * H),
          });
          for (const [layer, rows] of layers.entries()) {
            const expected = steps[first + start + t]!.layers[layer]!;
            expect(largestDifference(row(rows).cells, expected.cells)).toBeLessThan(1e-5);
            if (G > 0) expect(largestDifference(row(rows).gates, expected.gates)).toBeLessThan(1e-5);
          }
        }
      },
    });

    expect(next).toBe(inspected.tokens.length);
    const bits = predictions.flatMap((rows) => [...rows.bits]);
    expect(bits).toHaveLength(inspected.tokens.length);
    for (const { start, guesses, probabilities, bits } of predictions) {
      for (let t = 0; t < bits.length; t++) {
        const expected = softmax(steps[first + start + t - 1]!.logits);
        const likeliest = [...expected.keys()].sort((a, b) => expected[b]! - expected[a]!).slice(0, 5);
        expect([...guesses.subarray(5 * t, 5 * t + 5)]).toEqual(likeliest);
        expect(
          largestDifference(
            probabilities.subarray(5 * t, 5 * t + 5),
            likeliest.map((id) => expected[id]!),
          ),
        ).toBeLessThan(1e-5);
        expect(bits[t]).toBeCloseTo(-Math.log2(expected[inspected.tokens[start + t]!]!), 3);
      }
    }
    await reader.dispose();
  });
});

it('reads the same with and without the activations, and several texts one after the other', async () => {
  const model = testModel();
  const reader = new InspectionReader(model);
  const alone = await predictText(reader, model, { path: null, text });
  const documents = [
    { path: null, text },
    { path: 'x', text: '' },
    { path: null, text: 'dog\r\ndog' },
  ];
  const progress: number[] = [];
  const both = await inspectTexts(reader, model, documents, { onProgress: (done) => progress.push(done) });

  expect(largestDifference(both.texts[0]!.predictions.bits, alone.predictions.bits)).toBeLessThan(1e-4);
  expect(both.texts.map(({ start }) => start)).toEqual([0, [...text].length, [...text].length]);
  expect(both.texts[2]!.text.characters.join('')).toBe('dog\ndog');
  expect(both.store.length).toBe([...text].length + 7);
  expect(progress.at(-1)).toBe(both.store.length);
  // The third text begins like none before it: from a zero state.
  const third = await inspectTexts(reader, model, [documents[2]!]);
  for (let cell = 0; cell < both.store.cells; cell++) {
    expect(both.store.row(cell, both.store.length - 7)).toEqual(third.store.row(cell));
  }
  await reader.dispose();
});

it('stores the cells of a window as it stores each alone, cut where there is no more room', async () => {
  const model = testModel();
  const reader = new InspectionReader(model);
  const { store, saturation } = await inspectTexts(reader, model, [{ path: null, text }], { mostCharacters: 300 });
  expect(store.length).toBe(300);
  const window = store.window(10, 14);
  for (let cell = 0; cell < store.cells; cell++)
    expect(window.slice(4 * cell, 4 * cell + 4)).toEqual(store.row(cell).slice(10, 14));
  expect(saturation.map(({ layer, gate }) => `${layer} ${gate}`)).toEqual(
    [0, 1].flatMap((layer) => ['input', 'output', 'forget'].map((gate) => `${layer} ${gate}`)),
  );
  await reader.dispose();
});

it('counts how often gates are shut and wide open', async () => {
  const model = testModel({ seed: 3 });
  const inspected = toInspectedText({ path: null, text }, model.vocabulary, 1e6);
  const H = model.configuration.hiddenSize;
  const steps = referenceSteps(model, Int32Array.from([...inspected.head, ...inspected.tokens])).slice(1);
  const reader = new InspectionReader(model);
  const { saturation } = await inspectTexts(reader, model, [{ path: null, text }]);
  const share = (layer: number, column: number, holds: (value: number) => boolean) =>
    steps.filter(({ layers }) => holds(layers[layer]!.gates[column]!)).length / steps.length;
  for (const [i, { layer, left, right }] of saturation.entries()) {
    for (let j = 0; j < H; j++) {
      const column = (i % 3) * H + j;
      expect(left[j]).toBeCloseTo(
        share(layer, column, (value) => value < 0.1),
        2,
      );
      expect(right[j]).toBeCloseTo(
        share(layer, column, (value) => value > 0.9),
        2,
      );
    }
  }
  expect(Math.max(...saturation.flatMap(({ right }) => [...right]))).toBeGreaterThan(0.05);
  await reader.dispose();
});

it('stops when it is told to', async () => {
  const model = testModel();
  const reader = new InspectionReader(model);
  const controller = new AbortController();
  const stop = (done: number) => done > 300 && controller.abort(new Error('enough'));
  const reading = predictText(reader, model, { path: null, text }, { onProgress: stop, signal: controller.signal });
  await expect(reading).rejects.toThrow('enough');
  await reader.dispose();
});

it('can be asked again when its session could not be made', async () => {
  const model = testModel();
  const reader = new InspectionReader(model);
  const create = vi.spyOn(InferenceSession, 'create').mockRejectedValueOnce(new Error('no memory'));
  await expect(predictText(reader, model, { path: null, text })).rejects.toThrow('no memory');
  expect((await predictText(reader, model, { path: null, text })).predictions.length).toBe([...text].length);
  expect(create).toHaveBeenCalledTimes(2);
  create.mockRestore();
  await reader.dispose();
});
