import type { BranchOptions, Place } from './branches';
import type { CompletionModel, Continuation } from './continuation';
import type { Recall } from './documentMemory';
import { type Draft, emptyDraft, extendDraft, finishDraft, type Proposal } from './proposal';
import type { ProposalRule } from './proposalRule';
import { nextChoice } from './recalledChoice';

/** Runs of the model for one completion: each after the first goes on where memory has left the model's own way. */
const mostRuns = 24;
/** Where memory expects something, the model continues texts that it holds so much less likely than the rule wants. */
const patience = 0.1;

/**
 * The completion that is shown unasked, by the model and by memory together. The model continues the text in one run;
 * where memory takes another character, or makes the model's own so likely that the text may go on when the run has ended,
 * it continues from there in another.
 */
export async function proposeRecalled<State>(
  model: CompletionModel<State>,
  place: Pick<Place<State>, 'last' | 'state'>,
  recall: Recall,
  { rule, cut, seed, check }: BranchOptions,
): Promise<Proposal | null> {
  const draft = emptyDraft();
  let { last, state } = place;
  for (let runs = 0; runs < mostRuns; runs++) {
    check();
    const begun = draft.tokens.length;
    const continuation = await model.continue(last, state, {
      most: rule.maxLength - begun,
      leastProbability: rule.confidence * (recall.expected === null ? 1 : patience),
      ends: rule.ends,
      temperature: 0,
      seed,
    });
    if (!grow(draft, continuation, recall, rule)) break;
    const written = draft.tokens.slice(begun);
    state = await model.read(Int32Array.of(last, ...written.slice(0, -1)), state);
    last = written.at(-1)!;
  }
  return finishDraft(cut(draft), rule);
}

/**
 * Adds to a draft what model and memory choose, as far as the model's continuation goes along.
 *
 * @returns whether the draft may grow further, by at least one character already.
 */
function grow(draft: Draft, { tokens, distribution }: Continuation, recall: Recall, rule: ProposalRule): boolean {
  for (const [n, token] of tokens.entries()) {
    const choice = nextChoice(distribution, n, rule.ends.length, recall);
    if (!extendDraft(draft, choice, rule)) return false;
    recall.advance(choice.token);
    if (choice.token !== token) break;
  }
  return tokens.length > 0;
}
