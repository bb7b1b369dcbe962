import type { GreedyChoice } from './greedyChoice';
import type { ProposalRule } from './proposalRule';

// The ghost-text rule. The model continues the text by its likeliest characters, and every length of that continuation
// up to some longest one could be shown. Whoever accepts n characters presses one key in place of n, and the text is
// right with the probability p_n that the model gives to all its characters together. So the rule shows the length with
// the largest expected saving,
//
//     p_n · (n − 1),  among those with p_n ≥ confidence,
//
// where a text may end neither in white space nor before it is worth a look.

/** A text to show. */
export interface Proposal {
  readonly tokens: readonly number[];
  /** The probability that the model, or model and memory, give to the text as a whole. */
  readonly probability: number;
}

/** A continuation in the making. */
export interface Draft {
  readonly tokens: number[];
  /** The logarithm of the probability of the first 1, 2, 3 … characters. */
  readonly logProbabilities: number[];
}

export function emptyDraft(): Draft {
  return { tokens: [], logProbabilities: [] };
}

/**
 * Adds the model's choice of the next character to `draft`, or leaves it as it is: at the end of the line or document,
 * and where the text as a whole would be less likely than `confidence`.
 *
 * @returns whether the draft may grow further.
 */
export function extendDraft(draft: Draft, choice: GreedyChoice, rule: ProposalRule): boolean {
  const logProbability = (draft.logProbabilities.at(-1) ?? 0) + choice.logProbability;
  if (rule.ends[choice.token] || logProbability < Math.log(rule.confidence)) return false;
  draft.tokens.push(choice.token);
  draft.logProbabilities.push(logProbability);
  return draft.tokens.length < rule.maxLength;
}

/** The part of a finished draft that is shown, null if nothing is. */
export function finishDraft(draft: Draft, rule: ProposalRule): Proposal | null {
  let best: { length: number; probability: number } | null = null;
  let bestSaving = -1;
  for (let length = rule.minLength; length <= draft.tokens.length; length++) {
    if (rule.blank[draft.tokens[length - 1]!]) continue;
    const probability = Math.exp(draft.logProbabilities[length - 1]!);
    const saving = probability * (length - 1);
    if (saving <= bestSaving) continue;
    best = { length, probability };
    bestSaving = saving;
  }
  return best && { tokens: draft.tokens.slice(0, best.length), probability: best.probability };
}
