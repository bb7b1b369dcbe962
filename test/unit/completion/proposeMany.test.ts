import { describe, expect, it } from 'vitest';
import { proposalRule } from '../../../src/model/completion/proposalRule';
import { proposeMany } from '../../../src/model/completion/proposeMany';
import { byHeart, clueless, whimsical } from './predictors';

// Ids 0 to 2 are reserved, 3 is the line break.
const characters = ['\uFFFD', '\u0002', '\u0003', '\n', ' ', ...'abcdefghij'];
const V = characters.length;

describe('proposeMany', () => {
  it('proposes the rest of the line of a text known by heart', async () => {
    const document = [5, 6, 7, 8, 9, 3, 5, 6, 2];
    const predictor = byHeart(V, [document], 0.999);
    const texts = await predictor.run(Int32Array.of(5), 1, 1);
    const [proposal] = await proposeMany(predictor, proposalRule(characters), texts);
    expect(proposal?.tokens).toEqual([6, 7, 8, 9]);
    expect(proposal?.probability).toBeCloseTo(0.999 ** 4, 6);
  });

  it('proposes nothing when it has no clue, after one look', async () => {
    const predictor = clueless(V);
    const texts = await predictor.run(Int32Array.of(5, 6), 1, 2);
    expect(await proposeMany(predictor, proposalRule(characters), texts)).toEqual([null, null]);
    expect(predictor.calls).toEqual([[1, 2]]);
  });

  it('decides each text of a batch as it does alone', async () => {
    const predictor = whimsical(V, 3);
    const rule = proposalRule(characters, { confidence: 0.05, minLength: 2, maxLength: 12 });
    const starts = Array.from({ length: 200 }, (_, i) => [4 + (i % 11), 4 + ((i * 7) % 11), 4 + ((i * 5) % 11)]);
    const tokens = Int32Array.from({ length: 600 }, (_, i) => starts[i % 200]![Math.floor(i / 200)]!);
    const prediction = await predictor.run(tokens, 3, 200);
    const last = { logits: prediction.logits.slice(2 * 200 * V), state: prediction.state };
    const together = await proposeMany(predictor, rule, last);
    const alone = [];
    for (const start of starts) {
      const { logits, state } = await predictor.run(Int32Array.from(start), 3, 1);
      alone.push(...(await proposeMany(predictor, rule, { logits: logits.slice(2 * V), state })));
    }
    expect(together).toEqual(alone);
    expect(together.filter((proposal) => proposal === null).length).toBeGreaterThan(10);
    expect(new Set(together.map((proposal) => proposal?.tokens.length)).size).toBeGreaterThan(3);
  });

  it('steps those texts alone that still grow', async () => {
    const predictor = byHeart(V, [
      [5, 6, 3],
      [7, 8, 9, 10, 3],
    ]);
    const texts = await predictor.run(Int32Array.of(5, 7, 11), 1, 3);
    predictor.calls.length = 0;
    const proposals = await proposeMany(predictor, proposalRule(characters, { minLength: 1 }), texts);
    expect(proposals.map((proposal) => proposal?.tokens)).toEqual([[6], [8, 9, 10], undefined]);
    expect(predictor.calls).toEqual([
      [1, 2],
      [1, 1],
      [1, 1],
    ]);
  });
});
