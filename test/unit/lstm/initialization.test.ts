import { describe, expect, it } from 'vitest';
import { cellTypes, gateCount, type ModelConfiguration } from '../../../src/model/lstm/configuration';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { initializeWeights } from '../../../src/model/lstm/initialization';
import { forwardBackward } from '../../../src/model/lstm/reference';
import { weightShapes } from '../../../src/model/lstm/weights';

const H = 33;
const configurationOf = (cellType: ModelConfiguration['cellType']): ModelConfiguration => ({
  cellType,
  vocabularySize: 50,
  hiddenSize: H,
  numLayers: 2,
});
const lstm = configurationOf('lstm');
const schemes = ['orthogonal', 'uniform'] as const;
const largest = (data: Float32Array) => data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe.each(schemes)('%s weights', (scheme) => {
  it('have the shapes and the order of the model, and every matrix is filled', () => {
    const weights = initializeWeights(lstm, 1, { scheme });
    expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual([...weightShapes(lstm)]);
    for (const [name, { shape, data }] of weights) {
      if (shape.length === 2) expect(data.filter((x) => x === 0).length, name).toBeLessThan(2);
    }
  });

  it('are a function of the seed', () => {
    expect(initializeWeights(lstm, 5, { scheme })).toEqual(initializeWeights(lstm, 5, { scheme }));
    const [five, six] = [5, 6].map((seed) => initializeWeights(lstm, seed, { scheme }).get('output.weights'));
    expect(five).not.toEqual(six);
  });

  it('let an LSTM remember: the forget gates, and only they, start at 1', () => {
    for (const layer of [0, 1]) {
      const bias = initializeWeights(lstm, 1, { scheme }).get(`layer${layer}.bias`)!.data;
      expect(bias.subarray(2 * H, 3 * H).every((x) => x === 1)).toBe(true);
      expect([...bias.subarray(0, 2 * H), ...bias.subarray(3 * H)].every((x) => Math.abs(x) < 0.2)).toBe(true);
    }
    const gru = initializeWeights(configurationOf('gru'), 1, { scheme });
    expect(largest(gru.get('layer0.bias')!.data)).toBeLessThan(0.2);
    expect(initializeWeights(lstm, 1, { scheme, forgetBias: 2 }).get('layer0.bias')!.data[2 * H]).toBe(2);
  });

  it.each(cellTypes)('give the %s a first loss of about ln V', (cellType) => {
    const configuration = configurationOf(cellType);
    const tokens = (factor: number) => Int32Array.from({ length: 80 }, (_, i) => (i * i * factor + 3 * i) % 50);
    const batch = { inputs: tokens(7), targets: tokens(11), carry: new Float32Array(4) };
    const weights = initializeWeights(configuration, 1, { scheme });
    const { loss } = forwardBackward(configuration, weights, batch, zeroHidden(configuration, 4), {
      batchSize: 4,
      sequenceLength: 20,
    });
    expect(Math.abs(loss - Math.log(50))).toBeLessThan(0.1);
  });
});

describe('the orthogonal scheme', () => {
  it.each(cellTypes)('makes each gate of the %s an orthogonal block', (cellType) => {
    const weights = initializeWeights(configurationOf(cellType), 2);
    const { data } = weights.get('layer1.recurrentWeights')!;
    const columns = gateCount(cellType) * H;
    for (let start = 0; start < columns; start += H) {
      for (let i = 0; i < H; i++) {
        for (let k = 0; k < H; k++) {
          let product = 0;
          for (let j = 0; j < H; j++) product += data[i * columns + start + j]! * data[k * columns + start + j]!;
          expect(product).toBeCloseTo(i === k ? 1 : 0, 6);
        }
      }
    }
  });

  it('draws another matrix for each gate and layer', () => {
    const weights = initializeWeights(lstm, 2);
    const firstRows = [0, 1].flatMap((layer) => {
      const { data } = weights.get(`layer${layer}.recurrentWeights`)!;
      return [0, 1, 2, 3].map((gate) => data.subarray(gate * H, gate * H + H).join());
    });
    expect(new Set(firstRows).size).toBe(8);
  });

  it('stays inside its limits, and reaches them', () => {
    const weights = initializeWeights(lstm, 3);
    for (const [name, limit] of [
      ['layer0.inputWeights', Math.sqrt(3)],
      ['layer1.inputWeights', Math.sqrt(6 / (2 * H))],
      ['output.weights', 1 / Math.sqrt(H)],
    ] as const) {
      const size = largest(weights.get(name)!.data);
      expect(size / limit, name).toBeLessThanOrEqual(1.000001);
      expect(size / limit, name).toBeGreaterThan(0.99);
    }
    expect(largest(weights.get('output.bias')!.data)).toBe(0);
  });
});

it('starts the output from the logarithms of how often each character occurs, where that is known', () => {
  const counts = new Float64Array(lstm.vocabularySize);
  counts.set([0, 7, 91]);
  const total = 98 + lstm.vocabularySize;
  const { data } = initializeWeights(lstm, 1, { characterCounts: counts }).get('output.bias')!;
  for (const [i, count] of counts.entries()) expect(data[i]).toBeCloseTo(Math.log((count + 1) / total), 5);
  expect(data.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 5);
});

it('draws some weights alone as it draws them among all', () => {
  const all = initializeWeights(lstm, 6);
  const some = initializeWeights(lstm, 6, { only: ['layer0.inputWeights', 'output.weights'] });
  for (const name of ['layer0.inputWeights', 'output.weights']) expect(some.get(name)).toEqual(all.get(name));
  expect(largest(some.get('layer1.recurrentWeights')!.data)).toBe(0);
});

it('the uniform scheme stays inside ±1/√H and reaches it', () => {
  for (const [name, { data }] of initializeWeights(configurationOf('rnn'), 4, { scheme: 'uniform' })) {
    expect(largest(data) * Math.sqrt(H), name).toBeLessThanOrEqual(1.000001);
    expect(largest(data) * Math.sqrt(H), name).toBeGreaterThan(0.8);
  }
});
