import { describe, expect, it, test } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { weightsFor } from '../../../src/model/training/initFrom';
import type { TrainOptions } from '../../../src/model/training/options';
import { chooseRecipe } from '../../../src/model/training/recipe';
import { testModel } from '../sampling/testModel';

describe('weightsFor', () => {
  const base = testModel({ hiddenSize: 6 });
  // Known characters in another order, with one gone and two new ones among them.
  const known = base.vocabulary.characters.slice(3).filter((character) => character !== 'q');
  const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', 'Ω', ...known.toReversed(), '#']);
  const weights = weightsFor(base, vocabulary, 1);
  const row = (model: typeof base.weights, name: string, id: number) => {
    const { shape, data } = model.get(name)!;
    return [...data.subarray(id * shape[1]!, (id + 1) * shape[1]!)];
  };
  const column = (model: typeof base.weights, name: string, id: number) => {
    const { shape, data } = model.get(name)!;
    return [...data].filter((_, i) => i % shape.at(-1)! === id);
  };

  it.each(['\u0002', 'a', '\n', '🙂', 'é'])('%j keeps what belongs to it', (character) => {
    const [from, to] = [base.vocabulary, vocabulary].map(({ characters }) => characters.indexOf(character));
    expect(row(weights, 'layer0.inputWeights', to!)).toEqual(row(base.weights, 'layer0.inputWeights', from!));
    for (const name of ['output.weights', 'output.bias']) {
      expect(column(weights, name, to!)).toEqual(column(base.weights, name, from!));
    }
  });

  it('new characters get weights of their own, and are as little expected as the least expected known one', () => {
    const fresh = ['Ω', '#'].map((character) => vocabulary.characters.indexOf(character));
    expect(new Set(fresh.map((id) => row(weights, 'layer0.inputWeights', id).join())).size).toBe(2);
    for (const id of fresh) {
      expect(row(weights, 'layer0.inputWeights', id).some((value) => value !== 0)).toBe(true);
      expect(weights.get('output.bias')!.data[id]).toBe(Math.min(...base.weights.get('output.bias')!.data));
    }
  });

  it('what knows no characters stays', () => {
    for (const name of ['layer0.recurrentWeights', 'layer0.bias', 'layer1.inputWeights', 'layer1.bias']) {
      expect(weights.get(name)!.data).toEqual(base.weights.get(name)!.data);
    }
  });
});

test('the rate is lower where there is something to lose, unless it is given', () => {
  const rate = (options: Partial<TrainOptions>, pretrained: boolean) =>
    chooseRecipe(
      { source: '', out: '', hiddenSize: 512, numLayers: 2, ...options },
      { characters: 1e6, vocabularySize: 100, threads: 2, pretrained },
    ).learningRate;
  expect(rate({}, true)).toBeLessThan(rate({}, false));
  expect(rate({ learningRate: 0.01 }, true)).toBe(0.01);
});
