import type { CompletionModel, Continuation, ContinuationLimits } from './continuation';
import type { Recall } from './documentMemory';
import { likeliestChoices } from './greedyChoice';
import { type Draft, emptyDraft, extendDraft, finishDraft, type Proposal } from './proposal';
import type { ProposalRule } from './proposalRule';
import { proposeRecalled } from './recalledProposal';

/** A text to continue: its last character and the state behind the others. */
export interface Place<State> {
  readonly last: number;
  readonly state: State | undefined;
  /** What is remembered of the document; null where the text is drawn, for only the likeliest is looked for there. */
  readonly recall: Recall | null;
}

/** Shortens a draft to what is worth showing, to nothing perhaps. */
export type Cut = (draft: Draft) => Draft;

export interface BranchOptions {
  readonly rule: ProposalRule;
  readonly temperature: number;
  readonly seed: number;
  readonly cut: Cut;
  /** Called before each run of the model; what it throws ends the work. */
  check(): void;
}

/** Characters of the likeliest text at which others may leave it. */
const mostEarlyCharacters = 12;
/** Of the likeliest characters at each. */
const branchesPerPlace = 3;

/** The completion that is shown unasked. */
export async function proposeOne<State>(
  model: CompletionModel<State>,
  place: Place<State>,
  options: BranchOptions,
): Promise<Proposal | null> {
  if (place.recall) return proposeRecalled(model, place, place.recall, options);
  options.check();
  const continuation = await model.continue(place.last, place.state, limitsOf(options, options.rule));
  return finishDraft(options.cut(draftOf(emptyDraft(), continuation, options.rule)), options.rule);
}

/**
 * Several different completions for somebody who has asked: the likeliest, and those that leave it at an early
 * character for one that is nearly as likely. The rule's confidence counts from where they leave it on.
 *
 * @returns what the document has already, if anything, then the likeliest to leave first.
 */
export async function proposeSeveral<State>(
  model: CompletionModel<State>,
  place: Place<State>,
  count: number,
  options: BranchOptions,
): Promise<Proposal[]> {
  options.check();
  const anything = {
    ...limitsOf(options, options.rule),
    temperature: 0,
    most: mostEarlyCharacters,
    leastProbability: 1e-3,
  };
  const likeliest = await model.continue(place.last, place.state, anything);
  const recalled = place.recall?.expected ? await proposeRecalled(model, place, place.recall, options) : null;
  const proposals: Proposal[] = recalled === null ? [] : [recalled];
  for (const branch of findBranches(likeliest, options.rule).slice(0, 3 * count)) {
    if (proposals.length === count) break;
    const proposal = await follow(model, place, branch, options);
    if (proposal !== null && !proposals.some((other) => startsAlike(other, proposal))) proposals.push(proposal);
  }
  return proposals;
}

/** The first characters of a completion, the last of them its own choice, and the logarithms as a draft has them. */
type Branch = Draft;

/** Where a text could begin otherwise, the likeliest beginning first. */
function findBranches({ tokens, logProbabilities, distribution }: Continuation, rule: ProposalRule): Branch[] {
  const V = rule.ends.length;
  const branches: Branch[] = [];
  const path: Branch = emptyDraft();
  for (let n = 0; n < tokens.length; n++) {
    const before = path.logProbabilities.at(-1) ?? 0;
    // The first choice everywhere is the likeliest text: one branch, at its first character.
    for (const choice of likeliestChoices(distribution, n, V, branchesPerPlace).slice(n === 0 ? 0 : 1)) {
      if (rule.ends[choice.token]) continue;
      branches.push({
        tokens: [...path.tokens, choice.token],
        logProbabilities: [...path.logProbabilities, before + choice.logProbability],
      });
    }
    if (rule.ends[tokens[n]!]) break;
    path.tokens.push(tokens[n]!);
    path.logProbabilities.push(before + logProbabilities[n]!);
  }
  const likelihood = ({ logProbabilities: all }: Branch) => all.at(-1)!;
  return branches.sort((a, b) => likelihood(b) - likelihood(a));
}

async function follow<State>(
  model: CompletionModel<State>,
  { last, state }: Place<State>,
  branch: Branch,
  options: BranchOptions,
): Promise<Proposal | null> {
  options.check();
  const own = branch.tokens.at(-1)!;
  const behind = await model.read(Int32Array.of(last, ...branch.tokens.slice(0, -1)), state);
  const continuation = await model.continue(own, behind, limitsOf(options, options.rule));
  const start = { tokens: [...branch.tokens], logProbabilities: [...branch.logProbabilities] };
  const rule = {
    ...options.rule,
    confidence: options.rule.confidence * Math.exp(branch.logProbabilities.at(-1)!),
    // Any shorter text would be another branch's.
    minLength: Math.max(options.rule.minLength, branch.tokens.length),
  };
  return finishDraft(options.cut(draftOf(start, continuation, rule)), rule);
}

function draftOf(draft: Draft, { tokens, logProbabilities }: Continuation, rule: ProposalRule): Draft {
  for (const [i, token] of tokens.entries()) {
    if (!extendDraft(draft, { token, logProbability: logProbabilities[i]! }, rule)) break;
  }
  return draft;
}

function limitsOf({ temperature, seed }: BranchOptions, rule: ProposalRule): ContinuationLimits {
  return { most: rule.maxLength, leastProbability: rule.confidence, ends: rule.ends, temperature, seed };
}

/** One of the texts is the beginning of the other. */
function startsAlike(a: Proposal, b: Proposal): boolean {
  const length = Math.min(a.tokens.length, b.tokens.length);
  for (let i = 0; i < length; i++) if (a.tokens[i] !== b.tokens[i]) return false;
  return true;
}
