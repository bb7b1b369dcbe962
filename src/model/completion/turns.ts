type Work<T> = () => Promise<T>;

/** Lets one piece of work run at a time; what somebody waits for goes before what can wait. */
export class Turns {
  private busy = false;
  private readonly urgent: (() => void)[] = [];
  private readonly idle: (() => void)[] = [];

  /** Runs `work` when it is its turn. */
  run<T>(work: Work<T>): Promise<T> {
    return this.take(this.urgent, work);
  }

  /** Runs `work` when nothing urgent waits. */
  runInBackground<T>(work: Work<T>): Promise<T> {
    return this.take(this.idle, work);
  }

  private async take<T>(queue: (() => void)[], work: Work<T>): Promise<T> {
    if (this.busy) await new Promise<void>((resolve) => queue.push(resolve));
    this.busy = true;
    try {
      return await work();
    } finally {
      const next = this.urgent.shift() ?? this.idle.shift();
      // The turn is handed on, so nobody can come in between.
      if (next !== undefined) next();
      else this.busy = false;
    }
  }
}
