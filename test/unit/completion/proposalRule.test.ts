import { describe, expect, it } from 'vitest';
import { defaultProposalOptions, proposalRule } from '../../../src/model/completion/proposalRule';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { UserError } from '../../../src/model/errors';

const characters = ['\uFFFD', '\u0002', '\u0003', '\t', '\n', ' ', '\u00A0', 'a', '😀'];

describe('proposalRule', () => {
  it('knows what ends a text and what is blank', () => {
    const vocabulary = new Vocabulary(characters);
    const { ends, blank } = proposalRule(vocabulary.characters);
    expect([...ends]).toEqual([1, 1, 1, 0, 1, 0, 0, 0, 0]);
    expect([...blank]).toEqual([0, 0, 0, 1, 1, 1, 1, 0, 0]);
  });

  it('fills in the defaults', () => {
    expect(proposalRule(characters, { confidence: 0.9 })).toMatchObject({ ...defaultProposalOptions, confidence: 0.9 });
  });

  it.each([
    { confidence: 0 },
    { confidence: 1.1 },
    { confidence: Number.NaN },
    { minLength: 0 },
    { minLength: 2.5 },
    { minLength: 9, maxLength: 8 },
    { maxLength: Number.POSITIVE_INFINITY },
  ])('refuses %o', (options) => {
    expect(() => proposalRule(characters, options)).toThrow(UserError);
  });
});
