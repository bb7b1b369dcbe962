import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { UserError } from '../../../src/model/errors';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { forward } from '../../../src/model/lstm/reference';
import type { Model } from '../../../src/model/onnx/modelFile';
import { primeWindow, type SampleOptions } from '../../../src/model/sampling/sampleOptions';
import { longestRun, type SampleChunk, Sampler, sampleText } from '../../../src/model/sampling/sampler';
import { derivedSeed } from '../../../src/model/sampling/textStream';
import { testModel } from './testModel';

let model: Model;
let sampler: Sampler;

beforeAll(async () => {
  model = testModel();
  sampler = await Sampler.create(model, { precision: 'float32' });
});

afterAll(() => sampler.dispose());

async function chunksOf(options: SampleOptions): Promise<SampleChunk[]> {
  const chunks: SampleChunk[] = [];
  for await (const chunk of sampler.sample(options)) chunks.push(chunk);
  return chunks;
}

/** The whole texts, by index. */
async function textsOf(options: SampleOptions): Promise<string[]> {
  const texts: string[] = [];
  for (const { index, text } of await chunksOf(options)) texts[index] = (texts[index] ?? '') + text;
  return texts;
}

/** What the reference takes for the most likely continuation of a context, at most 20 characters. */
function greedyContinuation(context: number[], banned: number[]): string {
  const { configuration, weights, vocabulary } = model;
  const ids: number[] = [];
  while (ids.length < 20) {
    const inputs = Int32Array.of(...context, ...ids);
    const options = { batchSize: 1, sequenceLength: inputs.length };
    const batch = { inputs, carry: Float32Array.of(1) };
    const { logits } = forward(configuration, weights, batch, zeroHidden(configuration, 1), options);
    const scores = [...logits.slice(-vocabulary.size)].map((logit, id) => (banned.includes(id) ? -Infinity : logit));
    ids.push(scores.indexOf(Math.max(...scores)));
  }
  return vocabulary.decode(ids);
}

describe('what a text continues', () => {
  const greedy = { temperature: 0, length: 20, stopAt: 'length' } as const;

  it('is the prime text', async () => {
    const expected = greedyContinuation([...model.vocabulary.encode('abc 🙂 é')], [0, 1, 2]);
    expect(await sampleText(sampler, { ...greedy, prime: 'abc 🙂 é' })).toBe(expected);
  });

  it('is the head of a document with the path, then the prime text', async () => {
    const context = [Vocabulary.start, ...model.vocabulary.encode('a b\nint')];
    expect(await sampleText(sampler, { ...greedy, path: 'a b', prime: 'int' })).toBe(
      greedyContinuation(context, [0, 1, 2]),
    );
  });

  it('is the start of a document when nothing is given', async () => {
    expect(await sampleText(sampler, greedy)).toBe(greedyContinuation([Vocabulary.start], [0, 1, 2]));
  });

  it('is the last part of a long prime text', async () => {
    const prime = 'abcdefg'.repeat(primeWindow);
    const last = await sampleText(sampler, { ...greedy, prime: prime.slice(-primeWindow) });
    expect(await sampleText(sampler, { ...greedy, prime })).toBe(last);
  });

  it('has line breaks as the corpus has them', async () => {
    const expected = await sampleText(sampler, { ...greedy, prime: 'a\nb\nc' });
    expect(await sampleText(sampler, { ...greedy, prime: 'a\r\nb\rc' })).toBe(expected);
  });
});

describe('seeds', () => {
  const options = { seed: 7, length: 300, stopAt: 'length', count: 5 } as const;

  it('repeat a text', async () => {
    expect(await textsOf(options)).toEqual(await textsOf(options));
  });

  it('that differ give other texts, and so does none', async () => {
    const texts = [
      ...(await textsOf(options)),
      ...(await textsOf({ ...options, seed: 8 })),
      ...(await textsOf({ length: 300, stopAt: 'length' })),
      ...(await textsOf({ length: 300, stopAt: 'length' })),
    ];
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('of a batch give the same texts one by one', async () => {
    const texts = await textsOf({ ...options, count: 40 });
    expect(texts).toHaveLength(40);
    for (const index of [0, 1, 31, 32, 39]) {
      expect(await textsOf({ ...options, count: 1, seed: derivedSeed(7, index) })).toEqual([texts[index]]);
    }
  });

  it('give the same text when texts beside it end early', async () => {
    const texts = await textsOf({ seed: 3, count: 12, stopAt: 'line', length: 400 });
    expect(new Set(texts.map(({ length }) => length)).size).toBeGreaterThan(4);
    for (const index of [0, 5, 11]) {
      expect(await sampleText(sampler, { seed: derivedSeed(3, index), stopAt: 'line', length: 400 })).toBe(
        texts[index],
      );
    }
  });

  it('repeat a batch whose texts end at different places', async () => {
    const options = { count: 12, stopAt: 'line', seed: 5 } as const;
    expect(await chunksOf(options)).toEqual(await chunksOf(options));
  });

  it('give the same text however long it goes on', async () => {
    const long = await sampleText(sampler, { seed: 1, length: 700, stopAt: 'length' });
    const short = await sampleText(sampler, { seed: 1, length: 45, stopAt: 'length' });
    expect([...long].slice(0, 45).join('')).toBe(short);
  });
});

describe('streaming', () => {
  it('gives the pieces of each text in order, the last of them done', async () => {
    const options = { seed: 5, count: 3, length: 500, stopAt: 'length' } as const;
    const chunks = await chunksOf(options);
    for (const index of [0, 1, 2]) {
      const own = chunks.filter((chunk) => chunk.index === index);
      expect(own.length).toBeGreaterThan(2);
      expect(own.map(({ done }) => done)).toEqual([...own.slice(1).map(() => false), true]);
      const alone = await sampleText(sampler, { ...options, seed: derivedSeed(5, index) });
      expect(own.map(({ text }) => text).join('')).toBe(alone);
    }
  });

  it('comes in runs that double, up to a length that falls with the size of the model', async () => {
    const chunks = await chunksOf({ length: 3000, stopAt: 'length', seed: 1 });
    expect(chunks.map(({ text }) => [...text].length)).toEqual([32, 64, 128, 256, 512, 1024, 984]);
    const configuration = { ...model.configuration, vocabularySize: 100 };
    expect(longestRun({ ...configuration, numLayers: 1, hiddenSize: 320 })).toBeGreaterThan(256);
    expect(longestRun({ ...configuration, numLayers: 1, hiddenSize: 320 })).toBeLessThan(1024);
    expect(longestRun({ ...configuration, numLayers: 2, hiddenSize: 512 })).toBe(256);
  });

  it('stops at a signal between two pieces', async () => {
    const controller = new AbortController();
    const received: SampleChunk[] = [];
    const reading = (async () => {
      for await (const chunk of sampler.sample({ length: 100_000, stopAt: 'length', signal: controller.signal })) {
        received.push(chunk);
        controller.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(received).toHaveLength(1);
  });

  it('does not begin when the signal was given before', async () => {
    await expect(chunksOf({ signal: AbortSignal.abort(new Error('never mind')) })).rejects.toThrow('never mind');
  });
});

describe('a text ends', () => {
  const many = { seed: 2, count: 200, length: 60 } as const;

  it('at its length in characters, not in UTF-16 units', async () => {
    const texts = await textsOf({ ...many, stopAt: 'length' });
    expect(texts.map((text) => [...text].length)).toEqual(texts.map(() => 60));
    expect(texts.some((text) => text.length > 60)).toBe(true);
  });

  it('at the end of the document, which is not a part of it', async () => {
    const texts = await textsOf(many);
    const lengths = texts.map((text) => [...text].length);
    expect(lengths.some((length) => length < 60)).toBe(true);
    expect(lengths.some((length) => length === 60)).toBe(true);
    expect(texts.some((text) => text.includes('\n'))).toBe(true);
  });

  it('at the end of a line or of the document, which are not a part of it', async () => {
    const lines = await textsOf({ ...many, stopAt: 'line' });
    const documents = await textsOf(many);
    expect(lines).toEqual(documents.map((text) => text.split('\n')[0]));
  });

  it.each(['document', 'line', 'length'] as const)('never has a reserved character in it: %s', async (stopAt) => {
    const texts = await textsOf({ ...many, stopAt, temperature: 20 });
    expect(texts.join('')).not.toMatch(/[\uFFFD\u0002\u0003]/);
    expect(new Set(texts.join('')).size).toBeGreaterThan(28);
  });

  it('may be the whole of it', async () => {
    const chunks = await chunksOf({ ...many, stopAt: 'line', temperature: 5 });
    const empty = chunks.filter(({ text }) => text === '');
    expect(empty.length).toBeGreaterThan(0);
    expect(empty.every(({ done }) => done)).toBe(true);
  });
});

const wrongOptions: [RegExp, SampleOptions][] = [
  [/temperature must be a number from 0 to 100, not -1/, { temperature: -1 }],
  [/temperature must be a number/, { temperature: Number.NaN }],
  [/top-k must be a whole number above 0, not 0/, { topK: 0 }],
  [/top-k must be a whole number above 0, not 2.5/, { topK: 2.5 }],
  [/top-p must be a number above 0 and up to 1, not 0/, { topP: 0 }],
  [/top-p must be/, { topP: 1.01 }],
  [/seed must be a whole number, not 0.5/, { seed: 0.5 }],
  [/length must be a whole number from 1 to/, { length: 0 }],
  [/count must be a whole number from 1 to/, { count: 0 }],
  [/can stop at document, line, length, not at word/, { stopAt: 'word' as 'line' }],
  [/path of the document must not be empty/, { path: '' }],
  [/path of the document must not/, { path: 'a\nb' }],
  [/^The prime text has 2 characters that the model has never seen \("Ü", "漢"\)/, { prime: 'Üab漢Ü' }],
  [/^The prime text has 1 character that the model has never seen \("𝒳"\): leave it out\.$/, { prime: '𝒳' }],
  [/^The path has 2 characters that the model has never seen \("\/", "\."\): leave them out\.$/, { path: 'a/b.c' }],
];

it.each(wrongOptions)('says what is wrong at once: %s', (message, options) => {
  expect(() => sampler.sample(options)).toThrow(UserError);
  expect(() => sampler.sample(options)).toThrow(message);
});

it('reads characters that it has never seen as the unknown one when asked to', async () => {
  const common = { seed: 1, length: 50, unknownCharacters: 'read' } as const;
  const text = await sampleText(sampler, { ...common, prime: 'a漢b', path: 'Ü' });
  expect(text).toBe(await sampleText(sampler, { ...common, prime: 'a𝒳b', path: 'é' }));
  expect(text).not.toBe('');
});

it('draws from the most likely characters only when asked to', async () => {
  const common = { seed: 1, length: 200, stopAt: 'length', temperature: 100 } as const;
  const all = await sampleText(sampler, common);
  const best = await sampleText(sampler, { ...common, topK: 1 });
  const greedy = await sampleText(sampler, { ...common, temperature: 0 });
  expect(best).toBe(greedy);
  expect(await sampleText(sampler, { ...common, topP: 1e-9 })).toBe(greedy);
  expect(await sampleText(sampler, { ...common, topK: 10_000, topP: 1 })).not.toBe(greedy);
  expect(new Set(all).size).toBeGreaterThan(20);
});
