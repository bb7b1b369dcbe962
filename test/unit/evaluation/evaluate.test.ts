import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/model/errors';
import { evaluate } from '../../../src/model/evaluation/evaluate';
import { cellTypes } from '../../../src/model/lstm/configuration';
import { randomTokens, streamOf } from '../baseline/streams';
import { byHeart, clueless, whimsical } from '../completion/predictors';
import { ReferencePredictor, randomModel } from './referencePredictor';

describe('evaluate', () => {
  it('gives a model that knows nothing log2 V bits, and no credit for ties', async () => {
    const everyToken = Array.from({ length: 65 }, (_, i) => i % 64);
    const scores = await evaluate(clueless(64), streamOf(everyToken));
    expect(scores.bitsPerCharacter).toBeCloseTo(6, 6);
    expect(scores.natsPerCharacter).toBeCloseTo(Math.log(64), 6);
    expect(scores.characters).toBe(64);
    expect(scores.top1).toBeCloseTo(1 / 64, 12);
    expect(scores.top5).toBeCloseTo(5 / 64, 12);
  });

  it('predicts all of a document but its first character, each document from the start', async () => {
    const documents = [[3, 4, 5, 6], [4, 4, 4], [6], [], [5, 3]];
    const scores = await evaluate(byHeart(8, documents, 0.5), streamOf(...documents));
    expect(scores).toMatchObject({ characters: 6, top1: 1, top5: 1 });
    expect(scores.bitsPerCharacter).toBeCloseTo(1, 6);
  });

  it.each(cellTypes)('agrees with a plain loop over the reference implementation: %s', async (cellType) => {
    const V = 7;
    const predictor = new ReferencePredictor(randomModel({ cellType, vocabularySize: V, hiddenSize: 5, numLayers: 2 }));
    const documents = [300, 1, 2, 150, 129, 128, 40, 41, 0, 7].map((length) => randomTokens(length, V, length));
    let nats = 0;
    let characters = 0;
    for (const document of documents.filter(({ length }) => length > 1)) {
      const inputs = Int32Array.from(document.slice(0, -1));
      const { logits } = await predictor.run(inputs, inputs.length, 1);
      for (let t = 0; t < inputs.length; t++) {
        const p = Array.from(logits.subarray(t * V, (t + 1) * V), Math.exp);
        nats -= Math.log(p[document[t + 1]!]! / p.reduce((sum, x) => sum + x, 0));
        characters++;
      }
    }
    for (const batchSize of [1, 3, 32]) {
      const scores = await evaluate(predictor, streamOf(...documents), { batchSize });
      expect(scores.characters).toBe(characters);
      expect(scores.natsPerCharacter).toBeCloseTo(nats / characters, 6);
    }
  });

  it('reads side by side, in chunks, and leaves out documents that have ended', async () => {
    const predictor = clueless(4);
    await evaluate(predictor, streamOf(randomTokens(301, 4, 1), randomTokens(201, 4, 2), randomTokens(11, 4, 3)));
    expect(predictor.calls).toEqual([
      [128, 3],
      [128, 2],
      [44, 1],
    ]);
  });

  it('holds few scores at a time however large the vocabulary is', async () => {
    const predictor = clueless(60_000);
    await evaluate(predictor, streamOf(...Array.from({ length: 50 }, () => randomTokens(4, 250, 1))));
    for (const [T, B] of predictor.calls) expect(T * B * 60_000).toBeLessThanOrEqual(4_000_000);
  });

  it('predicts no more than maxCharacters, and tells how far it is', async () => {
    const progress: [number, number][] = [];
    const stream = streamOf(...Array.from({ length: 30 }, (_, i) => randomTokens(200, 5, i)));
    const { characters } = await evaluate(whimsical(5), stream, {
      maxCharacters: 1000,
      batchSize: 2,
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(characters).toBe(1000 - 5);
    expect(progress.at(-1)).toEqual([995, 995]);
    const dones = progress.map(([done]) => done);
    expect(dones).toEqual([...dones].sort((a, b) => a - b));
  });

  it('ends when asked to', async () => {
    const stop = new AbortController();
    const stream = streamOf(...Array.from({ length: 10 }, (_, i) => randomTokens(200, 5, i)));
    const predictor = clueless(5);
    const evaluation = evaluate(predictor, stream, {
      batchSize: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(evaluation).rejects.toThrow('enough');
    expect(predictor.calls.length).toBe(2);
  });

  it('says so when there is nothing to predict', async () => {
    await expect(evaluate(clueless(5), streamOf([], [3]))).rejects.toThrow(UserError);
    await expect(evaluate(clueless(5), streamOf([3, 3, 3]), { maxCharacters: 1 })).rejects.toThrow(UserError);
  });
});
