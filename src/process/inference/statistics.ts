import { quantile } from '../../model/statistics';
import { Cancelled } from '../errors';
import type { CompletionResult, Statistics } from '../protocol';

const kept = 500;

/** Counts completions and keeps the times of the last ones. */
export class CompletionCounter {
  private requests = 0;
  private cancelled = 0;
  private answered = 0;
  private readonly times: number[] = [];

  async count(complete: () => Promise<CompletionResult>): Promise<CompletionResult> {
    this.requests++;
    try {
      const result = await complete();
      if (result.items.length > 0) this.answered++;
      this.times.push(result.milliseconds.total);
      if (this.times.length > kept) this.times.shift();
      return result;
    } catch (error) {
      if (error instanceof Cancelled) this.cancelled++;
      throw error;
    }
  }

  summary(): Statistics['completions'] {
    const { requests, cancelled, answered, times } = this;
    const milliseconds = (share: number) => (times.length === 0 ? null : quantile(times, share));
    return {
      ...{ requests, cancelled, answered },
      p50Milliseconds: milliseconds(0.5),
      p95Milliseconds: milliseconds(0.95),
    };
  }
}
