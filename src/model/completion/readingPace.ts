/** Milliseconds of reading for which somebody may be kept waiting: with the completion itself it has to stay under 90. */
const patience = 65;
/** Characters that are read at most, and at least, while somebody waits: more help little, and fewer not enough. */
const [most, least] = [1000, 500];
/** Fewer characters than this tell more of the call than of the reading. */
const tellingLength = 100;
/** Of the new pace in the pace that is known: what else the machine does comes and goes. */
const share = 0.5;

/**
 * How much text can be read while somebody waits. It is learned from just such readings: a document that was opened a
 * moment ago is still being drawn, so that they take twice as long as those in the background.
 */
export class ReadingPace {
  private millisecondsPerCharacter = 0;

  /** How many characters somebody can wait for. */
  get charactersInTime(): number {
    return Math.max(least, Math.min(most, Math.floor(patience / this.millisecondsPerCharacter)));
  }

  /** So many characters were read in so many milliseconds. */
  learn(characters: number, milliseconds: number): void {
    if (characters < tellingLength) return;
    const [known, measured] = [this.millisecondsPerCharacter, milliseconds / characters];
    this.millisecondsPerCharacter = known === 0 ? measured : known + share * (measured - known);
  }
}
