import type { CompletionModel } from './continuation';

/** Milliseconds of reading for which somebody may be kept waiting: with the completion itself it has to stay under 90. */
const patience = 70;
/** Characters that are read at most, and at least, while somebody waits: more help little, and fewer not enough. */
const [most, least] = [1000, 500];
/** Fewer characters than this tell more of the call than of the reading. */
const tellingLength = 50;
/** Of the new pace in the pace that is known: what else the machine does comes and goes. */
const share = 0.3;

/** Reads, and learns from it how much text can be read while somebody waits. */
export class ReadingPace<State> {
  private millisecondsPerCharacter = 0;

  constructor(
    private readonly model: Pick<CompletionModel<State>, 'read'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async read(tokens: Int32Array, state: State | undefined): Promise<State> {
    const start = this.now();
    const after = await this.model.read(tokens, state);
    if (tokens.length >= tellingLength) this.learn((this.now() - start) / tokens.length);
    return after;
  }

  /** How many characters somebody can wait for. */
  get charactersInTime(): number {
    return Math.max(least, Math.min(most, Math.floor(patience / this.millisecondsPerCharacter)));
  }

  private learn(measured: number): void {
    const known = this.millisecondsPerCharacter;
    this.millisecondsPerCharacter = known === 0 ? measured : known + share * (measured - known);
  }
}
