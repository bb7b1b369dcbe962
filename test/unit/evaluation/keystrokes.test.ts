import { describe, expect, it } from 'vitest';
import { DocumentMemory, Recall } from '../../../src/model/completion/documentMemory';
import { greedyChoice } from '../../../src/model/completion/greedyChoice';
import type { Predictor } from '../../../src/model/completion/predictor';
import { proposalRule } from '../../../src/model/completion/proposalRule';
import { proposeMany } from '../../../src/model/completion/proposeMany';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { UserError } from '../../../src/model/errors';
import { type KeystrokesSaved, measureKeystrokes } from '../../../src/model/evaluation/keystrokes';
import { streamOf, uniforms } from '../baseline/streams';
import { byHeart, clueless, whimsical } from '../completion/predictors';

const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', '\n', ' ', ...'abcdefghijklmnopqrstuvwxyz']);
const V = vocabulary.size;

/** A document as a folder's corpus has them. */
function documentOf(path: string, text: string): number[] {
  return [...vocabulary.encode(`\u0002${path}\n${text}\u0003`)];
}

/** All that depends neither on the clock nor on doing without the memory. */
function timeless({ millisecondsPerProposal, savedWithoutMemory, ...rest }: KeystrokesSaved) {
  expect(millisecondsPerProposal).toBeGreaterThanOrEqual(0);
  expect(savedWithoutMemory).toBeGreaterThanOrEqual(0);
  return rest;
}

describe('measureKeystrokes', () => {
  it('counts by hand: a text known by heart', async () => {
    const document = documentOf('path', 'abcdef\nabc');
    const result = await measureKeystrokes(byHeart(V, [document], 0.999), vocabulary, streamOf(document));
    // "abcdef" with one key, the line break typed, "abc" with one key: 10 characters with 3 keys, from 3 places.
    expect(timeless(result)).toEqual({ saved: 7 / 10, shown: 2 / 3, right: 1, meanLength: 4.5, characters: 10 });
    expect(result.millisecondsPerProposal).toBeGreaterThan(0);
  });

  it('counts by hand: a text that turns out different', async () => {
    const known = documentOf('p', 'abcxyz');
    const actual = documentOf('p', 'abcdef');
    const result = await measureKeystrokes(byHeart(V, [known], 0.999), vocabulary, streamOf(actual));
    // "abcxyz", "bcxyz", "cxyz" and "xyz" are shown and wrong; behind "abcd" there is no clue.
    expect(timeless(result)).toEqual({ saved: 0, shown: 4 / 6, right: 0, meanLength: 4.5, characters: 6 });
  });

  it('counts by hand: a model that knows nothing', async () => {
    const result = await measureKeystrokes(clueless(V), vocabulary, streamOf(documentOf('p', 'abcdef')));
    expect(result).toEqual({
      saved: 0,
      savedWithoutMemory: 0,
      shown: 0,
      right: 0,
      meanLength: 0,
      millisecondsPerProposal: 0,
      characters: 6,
    });
  });

  it('counts by hand: plain text without head and end, whose first character has nothing in front', async () => {
    const text = [...vocabulary.encode('abcdef')];
    const result = await measureKeystrokes(byHeart(V, [text], 0.999), vocabulary, streamOf(text));
    // a is typed, then "bcdef" accepted.
    expect(timeless(result)).toEqual({ saved: 4 / 6, shown: 1 / 2, right: 1, meanLength: 5, characters: 6 });
  });

  it('follows the options of the rule', async () => {
    const document = documentOf('path', 'abcdef\nabc');
    const options = { proposal: { minLength: 4 } };
    const result = await measureKeystrokes(byHeart(V, [document], 0.999), vocabulary, streamOf(document), options);
    // "abc" is too short, so it is typed: 5 places.
    expect(timeless(result)).toEqual({ saved: 5 / 10, shown: 1 / 5, right: 1, meanLength: 6, characters: 10 });
  });

  it('agrees with a walk that decides one place at a time', async () => {
    const predictor = whimsical(V, 4);
    const options = { confidence: 0.1, minLength: 2, maxLength: 9 };
    const documents = [];
    for (let seed = 0; seed < 12; seed++) {
      documents.push(await ramble(predictor, documentOf('p', '').slice(0, -1), 10 + 12 * seed, uniforms(seed)));
    }
    const expected = await walk(predictor, options, documents);
    const alone = await walk(predictor, options, documents, false);
    expect(expected.right).toBeGreaterThan(0.1);
    expect(expected.right).toBeLessThan(0.8);
    for (const batchSize of [1, 5, 32]) {
      const result = await measureKeystrokes(predictor, vocabulary, streamOf(...documents), {
        proposal: options,
        batchSize,
        maxCharacters: 1e6,
      });
      expect(timeless(result)).toEqual(expected);
      expect(result.savedWithoutMemory).toBe(alone.saved);
    }
    expect(expected.saved).toBeGreaterThan(alone.saved);
  });

  it('saves what stands in the document already, without knowing it', async () => {
    const line = 'a rather long line that nobody has ever written before and somebody writes twice\n';
    const document = documentOf('p', line.repeat(4));
    const result = await measureKeystrokes(clueless(V), vocabulary, streamOf(document));
    expect(result.savedWithoutMemory).toBe(0);
    expect(result.saved).toBeGreaterThan(0.1);
    expect(result.right).toBe(1);
  });

  it('replays no more than maxCharacters, but lets the last text be accepted as a whole', async () => {
    const document = documentOf('p', 'abcdefghij');
    const result = await measureKeystrokes(byHeart(V, [document], 0.999), vocabulary, streamOf(document), {
      maxCharacters: 3 + 5,
    });
    expect(timeless(result)).toEqual({ saved: 9 / 10, shown: 1, right: 1, meanLength: 10, characters: 10 });
    const none = await measureKeystrokes(clueless(V), vocabulary, streamOf(document), { maxCharacters: 3 + 5 });
    expect(none.characters).toBe(5);
  });

  it('proposes nothing inside the path', async () => {
    const document = documentOf('path', 'a\n');
    const predictor = byHeart(V, [document]);
    await measureKeystrokes(predictor, vocabulary, streamOf(document));
    // 7 characters read, 1 proposal in front of "a" (one step, to see the line break), and once more to take its time;
    // then the first two again without memory.
    expect(predictor.calls.length).toBe(7 + 1 + 2 + 7 + 1);
  });

  it('tells how far it is and ends when asked to', async () => {
    const document = documentOf('p', 'abcdefghij');
    const progress: [number, number][] = [];
    await measureKeystrokes(clueless(V), vocabulary, streamOf(document, document), {
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(progress.at(-1)).toEqual([56, 56]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(measureKeystrokes(clueless(V), vocabulary, streamOf(document), { signal })).rejects.toThrow('enough');
  });

  it('says so when there is nothing to replay', async () => {
    await expect(measureKeystrokes(clueless(V), vocabulary, streamOf(documentOf('p', '')))).rejects.toThrow(UserError);
    await expect(measureKeystrokes(clueless(V), vocabulary, streamOf())).rejects.toThrow(UserError);
  });
});

/** `length` characters behind `start`, mostly the likeliest, sometimes any letter or a quotation; then the end. */
async function ramble<State>(predictor: Predictor<State>, start: number[], length: number, uniform: () => number) {
  const tokens = [...start];
  while (tokens.length < start.length + length) {
    const { logits } = await predictor.run(Int32Array.from(tokens.slice(-3)), Math.min(3, tokens.length), 1);
    const { token } = greedyChoice(logits, logits.length / V - 1, V);
    const from = start.length + Math.floor(uniform() * (tokens.length - start.length));
    if (uniform() < 0.05) tokens.push(...tokens.slice(from, from + 20));
    else tokens.push(uniform() < 0.8 && token > 2 ? token : 5 + Math.floor(uniform() * 26));
  }
  return [...tokens, Vocabulary.end];
}

/** The definition: stand, look, accept or type. */
async function walk<State>(
  predictor: Predictor<State>,
  options: { confidence: number; minLength: number; maxLength: number },
  documents: readonly number[][],
  remembers = true,
) {
  const rule = proposalRule(vocabulary.characters, options);
  const lengths: number[] = [];
  let [characters, places, right, saved] = [0, 0, 0, 0];
  for (const document of documents) {
    const first = document.indexOf(3) + 1;
    for (let place = first; place < document.length - 1; places++) {
      const { logits, state } = await predictor.run(Int32Array.from(document.slice(0, place)), place, 1);
      const recalls = remembers ? [new Recall(new DocumentMemory(document.slice(0, place)))] : [];
      const [proposal] = await proposeMany(predictor, rule, { logits: logits.slice(-V), state }, recalls);
      const isRight = proposal?.tokens.every((token, i) => document[place + i] === token);
      if (proposal) lengths.push(proposal.tokens.length);
      if (proposal && isRight) {
        right++;
        saved += proposal.tokens.length - 1;
        place += proposal.tokens.length;
      } else {
        place++;
      }
    }
    characters += document.length - 1 - first;
  }
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return {
    saved: saved / characters,
    shown: lengths.length / places,
    right: right / lengths.length,
    meanLength,
    characters,
  };
}
