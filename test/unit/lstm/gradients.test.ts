import { describe, expect, it } from 'vitest';
import { cellTypes } from '../../../src/model/lstm/configuration';
import { forwardBackward } from '../../../src/model/lstm/reference';
import { type CaseSettings, grid, type RandomCase, randomCase } from './randomCase';

function lossOf({ configuration, weights, batch, hidden, options }: RandomCase): number {
  return forwardBackward(configuration, weights, batch, hidden, options).loss;
}

/** The slope of the loss along one element of `data`, by central differences of fourth order. */
function slope(example: RandomCase, data: Float32Array, index: number): number {
  const value = data[index]!;
  const lossAt = (steps: number) => {
    data[index] = value + steps * 8 * grid;
    return lossOf(example);
  };
  const difference = 8 * (lossAt(1) - lossAt(-1)) - (lossAt(2) - lossAt(-2));
  data[index] = value;
  return difference / (12 * 8 * grid);
}

const cases: [string, Omit<CaseSettings, 'cellType'>][] = [
  [
    'one layer, one stream, one step',
    { vocabularySize: 4, hiddenSize: 3, numLayers: 1, batchSize: 1, sequenceLength: 1 },
  ],
  ['one unit', { vocabularySize: 3, hiddenSize: 1, numLayers: 2, batchSize: 2, sequenceLength: 4 }],
  ['two layers, all carried', { vocabularySize: 5, hiddenSize: 4, numLayers: 2, batchSize: 3, sequenceLength: 6 }],
  [
    'three layers, one stream cleared',
    { vocabularySize: 7, hiddenSize: 3, numLayers: 3, batchSize: 3, sequenceLength: 5, cleared: [1] },
  ],
  [
    'two layers with dropout, one stream cleared',
    { vocabularySize: 5, hiddenSize: 5, numLayers: 2, batchSize: 2, sequenceLength: 4, cleared: [0], dropout: 0.4 },
  ],
];

describe.each(cellTypes)('the gradients of the %s', (cellType) => {
  it.each(cases)('are the slopes of the loss: %s', (_, settings) => {
    const example = randomCase({ ...settings, cellType });
    const { configuration, weights, batch, hidden, options } = example;
    const { gradients } = forwardBackward(configuration, weights, batch, hidden, options);
    expect([...gradients.keys()]).toEqual([...weights.keys()]);
    for (const [name, { data }] of weights) {
      const gradient = gradients.get(name)!.data;
      expect(gradient.length).toBe(data.length);
      for (let index = 0; index < data.length; index++) {
        const expected = slope(example, data, index);
        // Gradients are float32: half a unit in the last place is 6e-8 of them.
        expect(Math.abs(gradient[index]! - expected), `${name}[${index}]`).toBeLessThan(
          1e-7 * Math.abs(expected) + 1e-9,
        );
      }
    }
  });

  it('are not all zero in any array', () => {
    const example = randomCase({ ...cases[3]![1], cellType });
    const { configuration, weights, batch, hidden, options } = example;
    for (const [name, { data }] of forwardBackward(configuration, weights, batch, hidden, options).gradients) {
      expect(
        data.some((x) => Math.abs(x) > 1e-4),
        name,
      ).toBe(true);
    }
  });
});
