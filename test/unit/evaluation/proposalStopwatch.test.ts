import { describe, expect, it } from 'vitest';
import { DocumentMemory } from '../../../src/model/completion/documentMemory';
import { proposalRule } from '../../../src/model/completion/proposalRule';
import { ProposalStopwatch } from '../../../src/model/evaluation/proposalStopwatch';
import { byHeart, clueless } from '../completion/predictors';

const characters = ['\uFFFD', '\u0002', '\u0003', '\n', ' ', ...'abcdef'];
const rule = proposalRule(characters);
const none = () => new DocumentMemory();

describe('ProposalStopwatch', () => {
  it('proposes once more for one row, at even distances', async () => {
    const predictor = byHeart(characters.length, [[5, 6, 7, 8, 2]]);
    const watch = new ProposalStopwatch(predictor, rule, 10);
    for (let step = 0; step < 50; step++) await watch.step(Int32Array.of(9, 5), undefined, 1, none);
    // Each of 5 times: the keystroke and three characters, after which the document ends.
    expect(predictor.calls).toEqual(new Array(5 * 4).fill([1, 1]));
    expect(watch.medianMilliseconds()).toBeGreaterThan(0);
  });

  it('waits for a row in which something may be proposed', async () => {
    const predictor = clueless(characters.length);
    const watch = new ProposalStopwatch(predictor, rule, 10);
    for (const row of [undefined, undefined, 0, 0, 0]) await watch.step(Int32Array.of(5), undefined, row, none);
    expect(predictor.calls).toEqual([[1, 1]]);
  });

  it('has no time of texts that were not shown', async () => {
    const watch = new ProposalStopwatch(clueless(characters.length), rule, 1);
    await watch.step(Int32Array.of(5), undefined, 0, none);
    expect(watch.medianMilliseconds()).toBe(0);
  });
});
