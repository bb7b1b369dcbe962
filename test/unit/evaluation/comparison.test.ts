import { expect, it } from 'vitest';
import { NgramModel } from '../../../src/model/baseline/ngram';
import { writeWithNgrams } from '../../../src/model/baseline/ngramText';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { compareWithNgrams } from '../../../src/model/evaluation/comparison';
import { initializeWeights } from '../../../src/model/lstm/initialization';
import { streamOf, uniforms } from '../baseline/streams';

const statements = ['int count = next(4);', 'return count;', 'if (count > 0) {\n\tcount--;\n}', 'next(count);'];
const vocabulary = Vocabulary.fromCounts(new Map([...statements.join('\n')].map((c) => [c.codePointAt(0)!, 1])));

/** Statements in any order. */
function document(seed: number): number[] {
  const uniform = uniforms(seed);
  const lines = Array.from({ length: 30 }, () => statements[Math.floor(uniform() * statements.length)]!);
  return [Vocabulary.start, ...vocabulary.encode(`${lines.join('\n')}\n`), Vocabulary.end];
}

const training = streamOf(...Array.from({ length: 20 }, (_, i) => document(i)));

it('compares a network that knows nothing with n-grams that know all', async () => {
  const configuration = { cellType: 'lstm', vocabularySize: vocabulary.size, hiddenSize: 4, numLayers: 1 } as const;
  const model = { configuration, vocabulary, weights: initializeWeights(configuration, 1), history: null };
  const shares: number[] = [];
  const comparison = await compareWithNgrams(
    model,
    { training, heldOut: streamOf(document(100)) },
    { orders: [2, 5], onProgress: (share) => shares.push(share) },
  );
  expect(comparison.network.bitsPerCharacter).toBeGreaterThan(4);
  expect(comparison.ngrams.map(({ order }) => order)).toEqual([2, 5]);
  const [second, fifth] = comparison.ngrams;
  expect(fifth!.bitsPerCharacter).toBeLessThan(second!.bitsPerCharacter);
  expect(fifth!.top1).toBeGreaterThan(0.8);
  const { network, ngram, heldOut } = comparison.writing;
  expect(ngram.order).toBe(5);
  expect(ngram.knownWords).toBeGreaterThan(0.9);
  expect(ngram.newShare).toBeLessThan(0.9);
  expect(ngram.longestCopy).toBeGreaterThan(40);
  expect(network.longestCopy).toBe(0);
  expect(network.newShare).toBeGreaterThan(0.9);
  expect(heldOut).toMatchObject({ brackets: 1, indentation: 1, knownWords: 1 });
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

it('hears that it is to end while the n-grams predict, which they do in this thread', async () => {
  const configuration = { cellType: 'lstm', vocabularySize: vocabulary.size, hiddenSize: 4, numLayers: 1 } as const;
  const model = { configuration, vocabulary, weights: initializeWeights(configuration, 1), history: null };
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const orders = [2, 3, 4, 5, 6, 7, 8];
  let last = 0;
  // As a message that arrives is heard: when the loop of events turns.
  const onProgress = (share: number) => {
    last = share;
    if (share > 1.5 / (orders.length + 2)) setImmediate(() => controller.abort(reason));
  };
  const comparing = compareWithNgrams(
    model,
    { training, heldOut: streamOf(document(100)) },
    { orders, onProgress, signal: controller.signal },
  );
  await expect(comparing).rejects.toBe(reason);
  expect(last).toBeLessThan(0.5);
});

it('puts beginnings of real files beside what the models write', async () => {
  const configuration = { cellType: 'lstm', vocabularySize: vocabulary.size, hiddenSize: 4, numLayers: 1 } as const;
  const model = { configuration, vocabulary, weights: initializeWeights(configuration, 1), history: null };
  const long = [Vocabulary.start, ...vocabulary.encode('return count;\n'.repeat(500)), Vocabulary.end];
  const heldOut = streamOf(long, ...Array.from({ length: 3 }, (_, i) => document(100 + i)));
  const { writing } = await compareWithNgrams(model, { training, heldOut }, { orders: [2] });
  const short = heldOut.documents.slice(1).reduce((sum, { length }) => sum + Math.min(length, 1000), 0);
  // The token that a text begins with is not written, and neither is that at its end.
  expect(writing.heldOut.characters).toBeLessThanOrEqual(1000 + short);
  expect(writing.heldOut.characters).toBeGreaterThan(900 + short - 8);
  expect(writing.copyLength).toBe(32);
});

it('writes with n-grams what they have read, the same with the same seed', () => {
  const model = NgramModel.train(training, { vocabularySize: vocabulary.size, order: 8 });
  const text = writeWithNgrams(model, vocabulary, 200, 3);
  expect(text).toBe(writeWithNgrams(model, vocabulary, 200, 3));
  expect(text).toContain('return count;');
  expect(text).not.toMatch(/[\u0002\u0003\ufffd]/);
});
