import { type DocumentMemory, Recall } from '../completion/documentMemory';
import type { Predictor } from '../completion/predictor';
import type { ProposalRule } from '../completion/proposalRule';
import { proposeMany } from '../completion/proposeMany';

/**
 * Takes the time of single proposals at even distances of a replay: from a keystroke to the text, one document at a
 * time, as in an editor that keeps the state in front of the keystroke.
 */
export class ProposalStopwatch<State> {
  private readonly milliseconds: number[] = [];
  private steps = 0;
  private attempts = 0;

  constructor(
    private readonly predictor: Predictor<State>,
    private readonly rule: ProposalRule,
    /** Steps of the replay from one attempt to the next. */
    private readonly distance: number,
  ) {}

  /**
   * A step of the replay read `inputs` [B] from `state`. If it is time for it, proposes once more behind row `row`, and
   * takes the time if a text is shown.
   *
   * @param memoryOf what a row's memory is after `inputs`, null if it has none.
   */
  async step(
    inputs: Int32Array,
    state: State | undefined,
    row: number | undefined,
    memoryOf: (row: number) => DocumentMemory | null,
  ): Promise<void> {
    if (this.steps++ < this.attempts * this.distance || row === undefined) return;
    this.attempts++;
    const before = state && this.predictor.select(state, [row]);
    const memory = memoryOf(row);
    const start = performance.now();
    const prediction = await this.predictor.run(inputs.slice(row, row + 1), 1, 1, before);
    const [proposal] = await proposeMany(this.predictor, this.rule, prediction, [memory && new Recall(memory)]);
    if (proposal) this.milliseconds.push(performance.now() - start);
  }

  /** 0 if nothing was ever shown. */
  medianMilliseconds(): number {
    const sorted = [...this.milliseconds].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
