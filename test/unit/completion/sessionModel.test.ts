import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContinuationLimits } from '../../../src/model/completion/continuation';
import { CompletionEngine } from '../../../src/model/completion/engine';
import { greedyChoice } from '../../../src/model/completion/greedyChoice';
import { SessionModel } from '../../../src/model/completion/sessionModel';
import { Random } from '../../../src/model/random';
import { ForwardSession } from '../../../src/model/sampling/forwardSession';
import { randomModel } from '../evaluation/referencePredictor';
import { asciiVocabulary } from './memoryModel';

const V = asciiVocabulary.size;

describe.each(['lstm', 'gru', 'rnn'] as const)('SessionModel of an %s', (cellType) => {
  const model = {
    ...randomModel({ cellType, vocabularySize: V, hiddenSize: 16, numLayers: 2 }),
    vocabulary: asciiVocabulary,
    history: null,
  };
  const noEnds = new Uint8Array(V);
  const limits: ContinuationLimits = { most: 20, leastProbability: 1e-300, ends: noEnds, temperature: 0, seed: 1 };
  const text = Int32Array.from({ length: 30 }, (_, i) => 3 + ((i * 7) % (V - 3)));
  let session: SessionModel;
  let forward: ForwardSession;

  beforeAll(async () => {
    session = await SessionModel.create(model, { precision: 'float32', threads: 1 });
    forward = await ForwardSession.create(model, { threads: 1 });
  });
  afterAll(async () => {
    await session.dispose();
    await forward.dispose();
  });

  const continueText = async (changes: Partial<ContinuationLimits> = {}) =>
    session.continue(text.at(-1)!, await session.read(text.slice(0, -1), undefined), { ...limits, ...changes });

  it('continues as one character at a time does', async () => {
    const { tokens, logProbabilities, distribution } = await continueText();
    expect(tokens).toHaveLength(20);
    let { logits, state } = await forward.run(text, text.length, 1, undefined, 1);
    for (const [n, token] of tokens.entries()) {
      const choice = greedyChoice(logits, 0, V);
      expect(token).toBe(choice.token);
      expect(logProbabilities[n]).toBeCloseTo(choice.logProbability, 4);
      for (let id = 0; id < V; id++) {
        const expected = choice.logProbability + logits[id]! - logits[choice.token]!;
        expect(distribution[n * V + id]).toBeCloseTo(expected, 3);
      }
      ({ logits, state } = await forward.run(Int32Array.of(token), 1, 1, state));
    }
  });

  it('stops with the character at which the whole gets too unlikely', async () => {
    const { logProbabilities } = await continueText();
    const sums = [...logProbabilities].map((_, n) => logProbabilities.slice(0, n + 1).reduce((sum, p) => sum + p, 0));
    const leastProbability = Math.exp((sums[4]! + sums[5]!) / 2);
    const { tokens } = await continueText({ leastProbability });
    expect(tokens).toHaveLength(1 + sums.findIndex((sum) => sum < Math.log(leastProbability)));
    expect(tokens.length).toBeLessThan(20);
  });

  it('stops with the character that ends it', async () => {
    const all = (await continueText()).tokens;
    const ends = new Uint8Array(V);
    ends[all[3]!] = 1;
    const { tokens } = await continueText({ ends });
    expect([...tokens]).toEqual([...all.slice(0, all.indexOf(all[3]!) + 1)]);
  });

  it('draws by temperature, with the probabilities of temperature 1', async () => {
    const counts = new Map<number, number>();
    const draws = 2000;
    let first: Awaited<ReturnType<typeof continueText>> | undefined;
    for (let seed = 0; seed < draws; seed++) {
      const drawn = await continueText({ most: 1, temperature: 1, seed });
      counts.set(drawn.tokens[0]!, (counts.get(drawn.tokens[0]!) ?? 0) + 1);
      first ??= drawn;
      if (drawn.tokens[0] === greedyChoice(drawn.distribution, 0, V).token) {
        expect(drawn.logProbabilities[0]).toBeCloseTo(drawn.distribution[drawn.tokens[0]!]!, 5);
      }
    }
    const likeliest = greedyChoice(first!.distribution, 0, V);
    const expected = Math.exp(likeliest.logProbability);
    const share = (counts.get(likeliest.token) ?? 0) / draws;
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / draws) + 1e-9);
  });

  it.each(['float32', 'int8'] as const)(
    'completes from what it remembers as it does from scratch, in %s',
    async (precision) => {
      const session = await SessionModel.create(model, { precision, threads: 1 });
      const random = Random.fromSeed(5);
      const characters = Array.from(
        { length: 3000 },
        () => asciiVocabulary.characters[3 + (random.nextUint32() % (V - 3))],
      );
      let before = characters.join('');
      const engine = new CompletionEngine(session);
      const options = {
        ...{ maxLines: 1, confidence: 1e-30, temperature: 0, choices: 1, endOfLine: '\n' as const },
        indentation: { insertSpaces: false, tabSize: 8 },
      };
      const ask = (from: CompletionEngine<unknown>, prefix: string) =>
        from.complete({ document: 'a', path: 'a.c', prefix, suffix: '', elsewhere: '', options });
      const edits = ['a', 'b', '\b', '\b', 'c', '\b'.repeat(400), 'd', 'e', '\b'.repeat(30), 'f'];
      for (const edit of edits) {
        before = edit.startsWith('\b') ? before.slice(0, -edit.length) : before + edit;
        const fresh = new CompletionEngine(session);
        for (const from of [engine, fresh]) {
          from.prime({ document: 'a', path: 'a.c', prefix: before });
          await from.idle();
        }
        const [cached, scratch] = [await ask(engine, before), await ask(fresh, before)];
        expect(cached.items.map(({ text }) => text)).toEqual(scratch.items.map(({ text }) => text));
        for (const [i, { confidence }] of cached.items.entries()) {
          expect(Math.log(confidence)).toBeCloseTo(Math.log(scratch.items[i]!.confidence), 3);
        }
      }
      await session.dispose();
    },
  );
});
