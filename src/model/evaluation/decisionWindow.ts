import type { Recall } from '../completion/documentMemory';
import type { Prediction, Predictor } from '../completion/predictor';
import { emptyDraft, extendDraft } from '../completion/proposal';
import type { ProposalRule } from '../completion/proposalRule';
import { proposeMany } from '../completion/proposeMany';
import { nextChoice } from '../completion/recalledChoice';
import { decide, type Transcript } from './replay';

/** A place of a document at which something may be proposed. */
export interface Place {
  readonly transcript: Transcript;
  /** The token in front of which the user stands. */
  readonly token: number;
  /** What is remembered of the document up to there; null where the model is to propose alone. */
  readonly recall: Recall | null;
}

/** Places decided together: large enough for the matrix products, small enough that their states don't matter. */
const windowSize = 512;

/** Gathers places, with the model's state at each, and decides what is proposed at them by the windowful. */
export class DecisionWindow<State> {
  private places: Place[] = [];
  private states: State[] = [];
  private logits: Float32Array[] = [];

  constructor(
    private readonly predictor: Predictor<State>,
    private readonly rule: ProposalRule,
    private readonly tokens: ArrayLike<number>,
  ) {}

  /** Whether the rule takes the first character, so that there is anything to decide in row `row`. */
  mayPropose({ logits }: Prediction<State>, row: number, { recall }: Place): boolean {
    const draft = emptyDraft();
    extendDraft(draft, nextChoice(logits, row, this.predictor.vocabularySize, recall), this.rule);
    return draft.tokens.length > 0;
  }

  /** Adds rows `rows` of `prediction`, in which the texts in front of `places` stand. */
  async add(places: readonly Place[], rows: readonly number[], prediction: Prediction<State>): Promise<void> {
    if (rows.length === 0) return;
    const V = this.predictor.vocabularySize;
    this.states.push(this.predictor.select(prediction.state, rows));
    for (const row of rows) {
      this.places.push(places[row]!);
      this.logits.push(prediction.logits.slice(row * V, (row + 1) * V));
    }
    if (this.places.length >= windowSize) await this.close();
  }

  /** Decides all places added since the last time. */
  async close(): Promise<void> {
    if (this.places.length === 0) return;
    const V = this.predictor.vocabularySize;
    const logits = new Float32Array(this.logits.length * V);
    for (const [row, scores] of this.logits.entries()) logits.set(scores, row * V);
    const state = this.predictor.concatenate(this.states);
    const recalls = this.places.map(({ recall }) => recall);
    const proposals = await proposeMany(this.predictor, this.rule, { logits, state }, recalls);
    for (const [i, { transcript, token }] of this.places.entries()) {
      const proposal = proposals[i];
      if (proposal) decide(transcript, this.tokens, token, proposal.tokens);
    }
    this.places = [];
    this.states = [];
    this.logits = [];
  }
}
