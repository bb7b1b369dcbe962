import type { Recall } from './documentMemory';
import type { Prediction, Predictor } from './predictor';
import { emptyDraft, extendDraft, finishDraft, type Proposal } from './proposal';
import type { ProposalRule } from './proposalRule';
import { nextChoice } from './recalledChoice';

/**
 * Decides for each of B texts what to propose behind it, all texts side by side: one step of the model a character, of
 * those texts alone that still grow.
 *
 * @param texts where the texts stand: the scores [B, V] of what follows, and the state behind them.
 * @param recalls [B]: what is remembered of their documents, if anything is; they go on with what is proposed.
 * @returns [B], null where nothing is shown.
 */
export async function proposeMany<State>(
  predictor: Predictor<State>,
  rule: ProposalRule,
  texts: Prediction<State>,
  recalls: readonly (Recall | null)[] = [],
): Promise<(Proposal | null)[]> {
  const V = predictor.vocabularySize;
  const drafts = Array.from({ length: texts.logits.length / V }, emptyDraft);
  let { logits, state } = texts;
  // The text that each row of logits and state belongs to.
  let growing = drafts.map((_, text) => text);
  for (;;) {
    const rows: number[] = [];
    for (const [row, text] of growing.entries()) {
      const recall = recalls[text] ?? null;
      const choice = nextChoice(logits, row, V, recall);
      if (!extendDraft(drafts[text]!, choice, rule)) continue;
      recall?.advance(choice.token);
      rows.push(row);
    }
    if (rows.length === 0) return drafts.map((draft) => finishDraft(draft, rule));
    if (rows.length < growing.length) {
      state = predictor.select(state, rows);
      growing = rows.map((row) => growing[row]!);
    }
    const tokens = Int32Array.from(growing, (text) => drafts[text]!.tokens.at(-1)!);
    ({ logits, state } = await predictor.run(tokens, 1, tokens.length, state));
  }
}
