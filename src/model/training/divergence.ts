/**
 * Watches the loss for numbers that no longer mean anything: NaN or infinity, or a running mean that climbs far above
 * the best that it was, and above what guessing would give.
 */
export class DivergenceGuard {
  private mean: number | null = null;
  private best = Number.POSITIVE_INFINITY;

  /** @param vocabularySize guessing blindly costs ln V nats a character. */
  constructor(private readonly vocabularySize: number) {}

  /** Takes the loss and gradient norm of a step; returns what is wrong, as the rest of "Training went wrong: …". */
  check(loss: number, gradientNorm: number): string | null {
    if (!Number.isFinite(loss)) return 'the loss is not a number any more';
    if (!Number.isFinite(gradientNorm)) return 'the gradient is not a number any more';
    this.mean = this.mean === null ? loss : 0.9 * this.mean + 0.1 * loss;
    this.best = Math.min(this.best, this.mean);
    const guessing = Math.log(this.vocabularySize);
    if (this.mean > guessing + 1 && this.mean > this.best + 1) {
      return `the loss exploded to ${this.mean.toFixed(1)} nats a character (guessing blindly costs ${guessing.toFixed(1)})`;
    }
    return null;
  }

  reset(): void {
    this.mean = null;
    this.best = Number.POSITIVE_INFINITY;
  }
}
