import { describe, expect, it, test } from 'vitest';
import type { LanguageCount } from '../../../src/model/corpus/report';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { chooseBase } from '../../../src/model/training/chooseBase';
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

  it('new characters get weights of their own, and are as little expected as the rarest known one', () => {
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

describe('chooseBase', () => {
  const languages = (shares: Record<string, number>): LanguageCount[] =>
    Object.entries(shares).map(([language, characters]) => ({ language, characters, files: 1 }));
  const auto: TrainOptions = { source: '', out: '', initFrom: 'auto', minutes: 2 };

  it('takes the Linux model for a short training on C', async () => {
    const base = await chooseBase(auto, languages({ C: 600, Python: 400 }));
    expect(base?.name).toBe('linux');
    expect(base?.model.configuration).toMatchObject({ cellType: 'lstm', numLayers: 2, hiddenSize: 512 });
  });

  it.each<[string, Partial<TrainOptions>, Record<string, number>]>([
    ['mostly another language', {}, { C: 400, Python: 600 }],
    ['hours of training', { minutes: 120 }, { C: 1000 }],
    ['a size that was asked for', { hiddenSize: 512 }, { C: 1000 }],
    ['another cell', { cellType: 'gru' }, { C: 1000 }],
    ['epochs, which say nothing of the time', { epochs: 1 }, { C: 1000 }],
    ['nothing wanted', { initFrom: 'none' }, { C: 1000 }],
  ])('takes none for %s', async (_, changes, shares) => {
    expect(await chooseBase({ ...auto, ...changes }, languages(shares))).toBeNull();
  });
});
