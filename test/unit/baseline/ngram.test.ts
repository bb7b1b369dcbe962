import { describe, expect, it } from 'vitest';
import { NgramModel } from '../../../src/model/baseline/ngram';
import { UserError } from '../../../src/model/errors';
import { letters, randomTokens, streamOf, uniforms } from './streams';

/**
 * Interpolated modified Kneser–Ney straight from its definition, with lists of strings. `^i` before document i stands
 * for its start, which differs from every other.
 */
function byDefinition(model: NgramModel, documents: number[][], history: number[]): number[] {
  const { order, vocabularySize: V, discounts } = model;
  const places = documents.flatMap((document, i) =>
    document.map((token, at) => ({ before: [`^${i}`, ...document.slice(0, at).map(String)], token })),
  );
  const ending = (context: string[]) =>
    places.filter(({ before }) => context.every((c, i) => before[before.length - context.length + i] === c));
  const probability = (context: string[], token: number): number => {
    const counts = Array.from({ length: V }, (_, c) => {
      const found = ending(context).filter((place) => place.token === c);
      if (context.length === order) return found.length;
      return new Set(found.map(({ before }) => before[before.length - context.length - 1])).size;
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    const lower = context.length === 0 ? 1 / V : probability(context.slice(1), token);
    if (total === 0) return lower;
    const discount = (count: number) => (count === 0 ? 0 : discounts[3 * context.length + Math.min(count, 3) - 1]!);
    const discounted = counts.reduce((sum, count) => sum + discount(count), 0);
    return (counts[token]! - discount(counts[token]!) + discounted * lower) / total;
  };
  const context = history.slice(-order).map(String);
  return Array.from({ length: V }, (_, token) => probability(context, token));
}

function bitsPerCharacter(model: NgramModel, document: number[]): number {
  const context = model.start();
  const p = new Float64Array(model.vocabularySize);
  let bits = 0;
  for (const [i, token] of document.entries()) {
    if (i > 0) {
      model.predict(context, p);
      bits -= Math.log2(p[token]!);
    }
    model.advance(context, token);
  }
  return bits / (document.length - 1);
}

describe('NgramModel.trainOrders', () => {
  const stream = streamOf(randomTokens(3000, 4, 1), randomTokens(500, 4, 2));

  it('gives the models that are trained alone', () => {
    const orders = [2, 7, 3];
    const models = [...NgramModel.trainOrders(stream, orders, { vocabularySize: 4 })];
    expect(models.map(({ order }) => order)).toEqual(orders);
    for (const model of models) {
      const alone = NgramModel.train(stream, { vocabularySize: 4, order: model.order });
      for (const history of [[], [0], [1, 2, 3, 0, 1], randomTokens(20, 4, 3)]) {
        const expected = alone.distribution(history);
        for (const [token, p] of model.distribution(history).entries()) expect(p).toBeCloseTo(expected[token]!, 12);
      }
    }
  });
});

describe('NgramModel', () => {
  const documents = ['abracadabra', 'abacabadabacaba', 'cabbagebaggage', 'abra'].map(letters);

  it.each([1, 2, 3, 5, 20])('agrees with the definition at order %i', (order) => {
    const model = NgramModel.train(streamOf(...documents), { vocabularySize: 26, order });
    for (const history of ['', 'a', 'ab', 'abr', 'abracadabr', 'cabbageb', 'gag', 'h', 'hab', 'zzab', 'abacabadab']) {
      const expected = byDefinition(model, documents, letters(history));
      const actual = model.distribution(letters(history));
      for (const [token, p] of expected.entries()) expect(actual[token]).toBeCloseTo(p, 12);
    }
  });

  it('agrees with the definition on random documents of every length, the empty one included', () => {
    const random = [0, 1, 2, 3, 40, 300].map((length) => randomTokens(length, 3, length));
    const model = NgramModel.train(streamOf(...random), { vocabularySize: 4, order: 4 });
    for (let seed = 0; seed < 20; seed++) {
      const history = randomTokens(6, 4, 1000 + seed);
      const expected = byDefinition(model, random, history);
      for (const [token, p] of model.distribution(history).entries()) expect(p).toBeCloseTo(expected[token]!, 12);
    }
  });

  it('gives every character a share and all of them one', () => {
    const model = NgramModel.train(streamOf(randomTokens(5000, 20, 1)), { vocabularySize: 300 });
    for (const history of [[], [299], randomTokens(50, 20, 2), randomTokens(50, 300, 3)]) {
      const p = model.distribution(history);
      expect(p).toHaveLength(300);
      expect(Math.min(...p)).toBeGreaterThan(0);
      expect(p.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
    }
  });

  it('predicts the middle of a document from what stands before alone', () => {
    const model = NgramModel.train(streamOf(...documents), { vocabularySize: 26, order: 3 });
    const tokens = letters('abracadabra');
    expect(model.distribution(tokens, 4)).toEqual(model.distribution(tokens.slice(0, 4)));
  });

  it('comes close to the entropy of a Markov source, and loses little by looking too far back', () => {
    // From each of 4 characters the next is one of two, with odds 0.9 to 0.1: an entropy of 0.469 bits.
    const uniform = uniforms(7);
    const walk = (length: number) => {
      const tokens = [0];
      while (tokens.length < length) tokens.push((tokens.at(-1)! + (uniform() < 0.9 ? 1 : 2)) % 4);
      return tokens;
    };
    const entropy = -(0.9 * Math.log2(0.9) + 0.1 * Math.log2(0.1));
    const training = streamOf(walk(100_000));
    const heldOut = walk(20_000);
    const order1 = bitsPerCharacter(NgramModel.train(training, { vocabularySize: 4, order: 1 }), heldOut);
    const order20 = bitsPerCharacter(NgramModel.train(training, { vocabularySize: 4, order: 20 }), heldOut);
    expect(Math.abs(order1 - entropy)).toBeLessThan(0.01);
    expect(Math.abs(order20 - entropy)).toBeLessThan(0.15);
  });

  it('does not explode on text unlike its own: high orders cost little over a low one', () => {
    const sentence = letters('thequickbrownfoxjumpsoverthelazydog');
    const training = streamOf(Array.from({ length: 200 }, () => sentence).flat());
    const strange = randomTokens(2000, 26, 5);
    const high = bitsPerCharacter(NgramModel.train(training, { vocabularySize: 26, order: 20 }), strange);
    expect(high).toBeLessThan(Math.log2(26) + 4);
  });

  it('keeps contexts inside documents', () => {
    // b follows a only across the border of two documents.
    const model = NgramModel.train(streamOf(letters('ca'), letters('bc'), letters('ca'), letters('bc')), {
      vocabularySize: 3,
      order: 2,
    });
    const afterA = model.distribution(letters('a'));
    const withoutContext = model.distribution([]);
    expect(afterA).toEqual(withoutContext);
  });

  it('predicts uniformly when it was given nothing', () => {
    const model = NgramModel.train(streamOf(), { vocabularySize: 5 });
    expect([...model.distribution([1, 2, 3])]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  it('counts no more than maxCharacters, from all over the stream, and holds 5 bytes for each at most', () => {
    const tokens = Array.from({ length: 1_000_000 }, (_, i) => Math.floor(i / 10_000) % 100);
    const model = NgramModel.train(streamOf(tokens), { vocabularySize: 300, order: 3, maxCharacters: 400_000 });
    expect(model.characters).toBeLessThanOrEqual(400_000);
    expect(model.characters).toBeGreaterThan(300_000);
    expect(model.bytes).toBeLessThanOrEqual(5 * 400_000 + 32_010_000);
    const covered = Array.from(model.distribution([])).filter((p) => p > 1e-3).length;
    expect(covered).toBeGreaterThan(35);
    expect(model.distribution([0, 0, 0])[0]).toBeGreaterThan(0.9);
    expect(model.distribution([99, 99, 99])[99]).toBeGreaterThan(0.9);
  });

  it.each([0, 21, 2.5, Number.NaN])('refuses order %d', (order) => {
    expect(() => NgramModel.train(streamOf([0]), { vocabularySize: 3, order })).toThrow(UserError);
  });
});
