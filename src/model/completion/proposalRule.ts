import { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';

/** When a continuation is shown as ghost text, and how much of it. */
export interface ProposalOptions {
  /** A text is shown only if the model gives it at least this probability, over 0 and up to 1. */
  readonly confidence: number;
  /** Characters; shorter texts aren't worth a look. */
  readonly minLength: number;
  /** Characters; longer texts are cut. */
  readonly maxLength: number;
}

/**
 * A model whose probabilities are true would be right about texts of probability p in a share p of cases. People stand
 * longer where the model errs, though, for a wrong text costs a keystroke where a right one skips many, so the least
 * probability has to be higher than the share that is to be right. When 60,000 characters of C were replayed with an
 * n-gram model, 57 % of the texts shown were right at 0.5, 68 % at 0.6 and 78 % at 0.7, and they saved 28, 25 and 23 % of
 * the keystrokes.
 */
export const defaultProposalOptions: ProposalOptions = { confidence: 0.6, minLength: 3, maxLength: 80 };

/** {@link ProposalOptions} for the characters of one model. */
export interface ProposalRule extends ProposalOptions {
  /** [V]: 1 for what ends a text and is no part of it, line breaks and the reserved characters. */
  readonly ends: Uint8Array;
  /** [V]: 1 for white space. */
  readonly blank: Uint8Array;
}

const reserved: readonly number[] = [Vocabulary.unknown, Vocabulary.start, Vocabulary.end];

/**
 * @param characters the character of each id.
 * @throws UserError when an option is out of range.
 */
export function proposalRule(characters: readonly string[], options: Partial<ProposalOptions> = {}): ProposalRule {
  const { confidence, minLength, maxLength } = { ...defaultProposalOptions, ...options };
  if (!(confidence > 0 && confidence <= 1)) {
    throw new UserError(`The confidence of a completion must be over 0 and at most 1, not ${confidence}.`);
  }
  if (!(Number.isInteger(minLength) && Number.isInteger(maxLength) && minLength >= 1 && maxLength >= minLength)) {
    throw new UserError(
      `The lengths of a completion must be whole numbers from 1, the least no more than the most: ` +
        `${minLength} and ${maxLength} are not.`,
    );
  }
  return {
    confidence,
    minLength,
    maxLength,
    ends: Uint8Array.from(characters, (character, id) => Number(reserved.includes(id) || /[\n\r]/.test(character))),
    blank: Uint8Array.from(characters, (character) => Number(/\s/.test(character))),
  };
}
