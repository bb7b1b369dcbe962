import { describe, expect, it } from 'vitest';
import { DocumentMemory, Recall } from '../../../src/model/completion/documentMemory';
import { proposalRule } from '../../../src/model/completion/proposalRule';
import { proposeMany } from '../../../src/model/completion/proposeMany';
import { proposeRecalled } from '../../../src/model/completion/recalledProposal';
import { SessionModel } from '../../../src/model/completion/sessionModel';
import { SessionPredictor } from '../../../src/model/completion/sessionPredictor';
import { Random } from '../../../src/model/random';
import { ForwardSession } from '../../../src/model/sampling/forwardSession';
import { randomModel } from '../evaluation/referencePredictor';
import { asciiVocabulary, MemoryModel } from './memoryModel';

const ruleOf = (confidence: number) => proposalRule(asciiVocabulary.characters, { confidence });
const options = { temperature: 0, seed: 1, cut: <Draft>(draft: Draft) => draft, check: () => undefined };

/** What is proposed behind a text of which the model has read all but the last character. */
async function proposal(model: MemoryModel, text: string, confidence = 0.6) {
  const tokens = Int32Array.from(asciiVocabulary.encode(text));
  const place = { last: tokens.at(-1)!, state: await model.read(tokens.slice(0, -1)) };
  const recall = new Recall(new DocumentMemory(tokens));
  const found = await proposeRecalled(model, place, recall, { ...options, rule: ruleOf(confidence) });
  return found && { text: asciiVocabulary.decode(found.tokens), probability: found.probability };
}

describe('a proposal from model and memory', () => {
  it('is what stands in the document, where the model has never heard of it', async () => {
    const model = new MemoryModel(() => [['e', 0.05]]);
    const line = 'static int frobnicate_widget(void);\n';
    const found = await proposal(model, `${line.repeat(4)}${line.slice(0, 20)}`);
    expect(found?.text.length).toBeGreaterThan(3);
    expect(line.slice(20)).toContain(found!.text);
    expect(await proposal(model, line.slice(0, 20))).toBeNull();
  });

  it('is surer of what the model would have said without', async () => {
    const text = 'return frobnicate;';
    const known = MemoryModel.of(`${text} ${text}\n`, 0.9);
    const alone = MemoryModel.of(`${text}\n`, 0.9);
    // 0.9 for each of 9 characters is too little for the model alone: it cuts where the sum of both is best.
    expect((await proposal(alone, text.slice(0, 9)))?.text).toBe('obni');
    expect((await proposal(known, `${text} ${text.slice(0, 9)}`))?.text).toBe('obnicate');
  });

  it('goes the way of memory and then of the model again', async () => {
    // The model knows what comes behind a name, and thinks that all names are "item".
    const model = new MemoryModel((text) => {
      const [, name = '', rest = ''] = /.*->(\w*)(.*)$/.exec(text) ?? [];
      if (rest !== '' || name.endsWith('gadget')) return [[' = NULL;\n'[rest.length] ?? '\n', 0.995]];
      return [['item;\n'[name.length] ?? '\n', 0.1]];
    });
    const text = `${'p->configuration_gadget++; '.repeat(8)}r->configuration_gad`;
    const found = await proposal(model, text, 0.2);
    expect(found?.text).toBe('get = NULL;');
    // Each time only what had not been read yet: no character twice.
    const read = model.reads.join('');
    expect(read).toBe(`${text}get`.slice(0, read.length));
  });
});

it('proposes in one document what the evaluation proposes for many', async () => {
  const V = asciiVocabulary.size;
  const model = {
    ...randomModel({ cellType: 'lstm', vocabularySize: V, hiddenSize: 16, numLayers: 1 }),
    vocabulary: asciiVocabulary,
    history: null,
  };
  const session = await SessionModel.create(model, { precision: 'float32', threads: 1 });
  const forward = await ForwardSession.create(model, { threads: 1 });
  const predictor = new SessionPredictor(forward, V);
  const loose = proposalRule(asciiVocabulary.characters, { confidence: 0.02, minLength: 2, maxLength: 20 });
  const random = Random.fromSeed(1);
  const text: number[] = [];
  while (text.length < 600) {
    const from = Math.floor(random.next() * text.length);
    if (random.next() < 0.15) text.push(...text.slice(from, from + 25));
    else text.push(5 + Math.floor(random.next() * 90));
  }
  const lengths: number[] = [];
  for (let end = 300; end < 600; end += 3) {
    const tokens = Int32Array.from(text.slice(0, end));
    const memory = new DocumentMemory(tokens);
    const { logits, state } = await forward.run(tokens, end, 1, undefined, 1);
    const [expected] = await proposeMany(predictor, loose, { logits, state }, [new Recall(memory)]);
    const place = { last: tokens.at(-1)!, state: await session.read(tokens.slice(0, -1), undefined) };
    const found = await proposeRecalled(session, place, new Recall(memory), { ...options, rule: loose });
    expect(found?.tokens).toEqual(expected?.tokens);
    if (expected) {
      lengths.push(expected.tokens.length);
      expect(found!.probability).toBeCloseTo(expected.probability, 4);
    }
  }
  expect(lengths.length).toBeGreaterThan(20);
  expect(Math.max(...lengths)).toBeGreaterThan(6);
  await session.dispose();
  await forward.dispose();
});
