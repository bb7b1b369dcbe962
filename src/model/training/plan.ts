/** How long to train: a number of epochs, or wall-clock seconds. */
export type Budget = { readonly epochs: number } | { readonly seconds: number };

/** Steps that are timed before a time budget is turned into a number of steps. */
export const calibrationSteps = 12;

/**
 * A share of the time budget: a speed that was measured so long ago counts half as much as one that is measured now. On
 * a machine that does other things by turns a shorter memory would make the learning rate jump, a longer one would miss
 * that things have changed.
 */
const halfLife = 0.1;

/**
 * Turns a budget into a number of steps. With epochs that is fixed. With seconds it is an estimate that is renewed at
 * each checkpoint from the time that the steps really took, so that the learning rate comes down just when the time
 * is up; between two checkpoints it stands still, and is stored with them, so that a resumed run repeats its numbers.
 */
export class Plan {
  totalSteps: number;
  /** Steps and the seconds that they took, the older the less they count. */
  private readonly measured = { steps: 0, seconds: 0 };

  constructor(
    private readonly budget: Budget,
    stepsPerEpoch: number,
    resumedTotal?: number,
  ) {
    this.totalSteps = 'epochs' in budget ? Math.max(1, Math.ceil(budget.epochs * stepsPerEpoch)) : (resumedTotal ?? 0);
  }

  /** False as long as a time budget has not been turned into steps. */
  get known(): boolean {
    return this.totalSteps > 0;
  }

  /**
   * Renews the estimate.
   *
   * @param step steps taken.
   * @param elapsed seconds of training so far, those before a resume included.
   * @param recentSteps and recentSeconds the steps since the last renewal and their time, validation included.
   */
  renew(step: number, elapsed: number, recentSteps: number, recentSeconds: number): void {
    if ('epochs' in this.budget || recentSteps === 0) return;
    const { measured } = this;
    const kept = 0.5 ** (recentSeconds / (halfLife * this.budget.seconds));
    measured.steps = kept * measured.steps + recentSteps;
    measured.seconds = kept * measured.seconds + recentSeconds;
    const left = Math.max(0, this.budget.seconds - elapsed);
    this.totalSteps = step + Math.floor((left * measured.steps) / measured.seconds);
  }

  /** Whether time is up, whatever the plan says. */
  outOfTime(elapsed: number): boolean {
    return 'seconds' in this.budget && elapsed >= this.budget.seconds;
  }
}
