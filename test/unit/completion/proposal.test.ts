import { describe, expect, it } from 'vitest';
import { emptyDraft, extendDraft, finishDraft } from '../../../src/model/completion/proposal';
import { type ProposalOptions, proposalRule } from '../../../src/model/completion/proposalRule';

const characters = ['\uFFFD', '\u0002', '\u0003', '\n', ' ', 'a', 'b', 'c'];

/** What the rule makes of a model that continues with `text`, the characters having the given probabilities. */
function propose(text: string, probabilities: number | number[], options: Partial<ProposalOptions> = {}) {
  const rule = proposalRule(characters, { confidence: 0.5, minLength: 1, ...options });
  const draft = emptyDraft();
  for (const [i, character] of [...text].entries()) {
    const p = typeof probabilities === 'number' ? probabilities : probabilities[i]!;
    if (!extendDraft(draft, { token: characters.indexOf(character), logProbability: Math.log(p) }, rule)) break;
  }
  const proposal = finishDraft(draft, rule);
  return (
    proposal && { text: proposal.tokens.map((token) => characters[token]).join(''), probability: proposal.probability }
  );
}

describe('the ghost-text rule', () => {
  it('goes on while the text as a whole is likely enough', () => {
    // 0.9^6 = 0.531, 0.9^7 = 0.478
    const proposal = propose('abcabcabc', 0.9);
    expect(proposal?.text).toBe('abcabc');
    expect(proposal?.probability).toBeCloseTo(0.9 ** 6, 12);
  });

  it('shows nothing where the first character is too uncertain', () => {
    expect(propose('abc', [0.49, 1, 1])).toBeNull();
  });

  it('cuts where the expected saving is largest, not where confidence ends', () => {
    // 5 characters at 0.95 save 3.8 keys; a sixth at 0.57 would save 2.85.
    expect(propose('abcab c', [0.95, 1, 1, 1, 1, 0.6, 1])?.text).toBe('abcab');
    // 2 characters at 0.9 save 0.9 keys; 6 at 0.54 save 2.7.
    expect(propose('abcabc', [0.9, 1, 0.6, 1, 1, 1])?.text).toBe('abcabc');
  });

  it.each(['\n', '\uFFFD', '\u0002', '\u0003'])('ends in front of %j', (end) => {
    expect(propose(`abc${end}abc`, 1)?.text).toBe('abc');
    expect(propose(`${end}abc`, 1)).toBeNull();
  });

  it('ends at the longest length', () => {
    expect(propose('abcabc', 1, { maxLength: 4 })?.text).toBe('abca');
  });

  it('shows nothing shorter than the least length', () => {
    expect(propose('ab\n', 1, { minLength: 3 })).toBeNull();
    expect(propose('abc\n', 1, { minLength: 3 })?.text).toBe('abc');
  });

  it('prefers a long enough text to one that is too short to show', () => {
    // One character at 1 would be cut to nothing; three at 0.3 are worth showing.
    expect(propose('abc', [1, 0.3, 1], { minLength: 3, confidence: 0.2 })?.text).toBe('abc');
  });

  it('never ends in white space, and shows none alone', () => {
    expect(propose(' ab  \n', 1)?.text).toBe(' ab');
    expect(propose('    \n', 1)).toBeNull();
    expect(propose('a  \n', 1, { minLength: 2 })).toBeNull();
  });
});
