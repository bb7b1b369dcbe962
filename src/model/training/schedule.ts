/** How the learning rate moves over a training. */
export interface Schedule {
  /**
   * - `cosine`: up over the warm-up, then down a half cosine to `floor` at the end of the plan (Loshchilov and Hutter
   *   2017), so that a time budget is used to its last second.
   * - `charRnn`: multiplied by `decay` each epoch after `decayAfter` epochs, as char-rnn does it.
   * - `constant`.
   */
  readonly kind: 'cosine' | 'charRnn' | 'constant';
  readonly learningRate: number;
  /** Steps over which the rate rises linearly from zero. */
  readonly warmupSteps: number;
  /** Cosine: the last rate as a share of the first. */
  readonly floor: number;
  /** charRnn: learning_rate_decay and learning_rate_decay_after. */
  readonly decay: number;
  readonly decayAfter: number;
}

/**
 * The learning rate of the step after `step` others.
 *
 * @param totalSteps the plan; it may change while training runs.
 * @param epoch the epoch that the step belongs to, counted from 0.
 */
export function learningRateAt(schedule: Schedule, step: number, totalSteps: number, epoch: number): number {
  const { kind, learningRate, warmupSteps, floor, decay, decayAfter } = schedule;
  const warmup = Math.min(1, (step + 1) / Math.max(1, warmupSteps));
  if (kind === 'constant') return learningRate * warmup;
  if (kind === 'charRnn') return learningRate * warmup * decay ** Math.max(0, epoch + 1 - decayAfter);
  const progress = Math.min(1, Math.max(0, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps)));
  return learningRate * warmup * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
