import { describe, expect, it } from 'vitest';
import { NgramModel } from '../../../src/model/baseline/ngram';
import { NgramPredictor } from '../../../src/model/baseline/ngramPredictor';
import { randomTokens, streamOf } from './streams';

const V = 6;
const model = NgramModel.train(streamOf(randomTokens(3000, V, 1), randomTokens(50, V, 2)), {
  vocabularySize: V,
  order: 5,
});
const predictor = new NgramPredictor(model);

/** The logarithms of the model's distribution behind `history`. */
function expected(history: number[]): Float32Array {
  return Float32Array.from(model.distribution(history), Math.log);
}

describe('NgramPredictor', () => {
  const texts = [randomTokens(8, V, 3), randomTokens(8, V, 4), randomTokens(8, V, 5)];
  /** Characters `from` to `to` of texts `rows`, [T, B]. */
  const columns = (from: number, to: number, rows: number[]) =>
    Int32Array.from({ length: (to - from) * rows.length }, (_, i) => {
      return texts[rows[i % rows.length]!]![from + Math.floor(i / rows.length)]!;
    });
  const row = (logits: Float32Array, index: number) => logits.slice(index * V, (index + 1) * V);

  it('reads texts side by side as the model does one by one', async () => {
    const { logits } = await predictor.run(columns(0, 8, [0, 1, 2]), 8, 3);
    for (let t = 0; t < 8; t++) {
      for (let b = 0; b < 3; b++) expect(row(logits, t * 3 + b)).toEqual(expected(texts[b]!.slice(0, t + 1)));
    }
  });

  it('goes on from a state, as often as wanted, with the rows that are selected', async () => {
    const { state } = await predictor.run(columns(0, 5, [0, 1, 2]), 5, 3);
    for (let again = 0; again < 2; again++) {
      const { logits } = await predictor.run(columns(5, 8, [2, 0]), 3, 2, predictor.select(state, [2, 0]));
      expect(row(logits, 4)).toEqual(expected(texts[2]!));
      expect(row(logits, 5)).toEqual(expected(texts[0]!));
    }
  });

  it('joins states', async () => {
    const first = await predictor.run(columns(0, 5, [1]), 5, 1);
    const second = await predictor.run(columns(0, 5, [0, 2]), 5, 2);
    const joined = predictor.concatenate([first.state, second.state]);
    const { logits } = await predictor.run(columns(5, 6, [1, 0, 2]), 1, 3, joined);
    for (const [b, text] of [1, 0, 2].entries()) expect(row(logits, b)).toEqual(expected(texts[text]!.slice(0, 6)));
  });
});
