/** More deaths than this within {@link windowMilliseconds} are no accident. */
const mostDeaths = 5;
const windowMilliseconds = 60_000;
const firstDelay = 500;

/** Whether and when a process that died is started again: after 0.5, 1, 2, 4, 8 s, and not more often in a minute. */
export class RestartPolicy {
  private deaths: number[] = [];

  /** @param now milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns milliseconds to wait after the death that just happened; null: leave it dead. */
  died(): number | null {
    const now = this.now();
    this.deaths = [...this.deaths.filter((time) => now - time < windowMilliseconds), now];
    return this.deaths.length > mostDeaths ? null : firstDelay * 2 ** (this.deaths.length - 1);
  }

  /** Forgets what happened, because a person wants another try. */
  reset(): void {
    this.deaths = [];
  }
}
