/** The GPU is held no longer than this at a time, roughly. */
const millisecondsPerSubmit = 50;
/** Until the first step has been timed. */
const firstParts = 16;

/** Into how many submits a step is cut: so many that none of them holds the GPU, which may draw a screen too, for long. */
export class SubmitPacing {
  parts = firstParts;
  private milliseconds: number | null = null;
  private answeredAt = 0;

  /** Takes the times at which a step was submitted and answered. */
  observe(submittedAt: number, answeredAt: number): void {
    const taken = answeredAt - Math.max(submittedAt, this.answeredAt);
    this.answeredAt = answeredAt;
    this.milliseconds = this.milliseconds === null ? taken : 0.8 * this.milliseconds + 0.2 * taken;
    this.parts = Math.max(1, Math.ceil(this.milliseconds / millisecondsPerSubmit));
  }
}
