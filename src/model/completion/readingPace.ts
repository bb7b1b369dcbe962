/** Milliseconds of reading for which somebody may be kept waiting: with the completion itself it has to stay under 90. */
const patience = 50;
/** Characters that are read at most, and at least, while somebody waits: more help little, and fewer not enough. */
const [most, least] = [1000, 400];
/** Fewer characters than this tell more of the call than of the reading. */
const tellingLength = 100;
/** Milliseconds for each character before anything was read: that of a slow machine, so that the first one waits little. */
const firstPace = 0.08;
/** Of the new pace in the pace that is known: what else the machine does comes and goes. */
const share = 0.5;

/**
 * How much text can be read while somebody waits. It is learned from just such readings: a document that was opened a
 * moment ago is still being drawn, so that they take twice as long as those in the background.
 */
export class ReadingPace {
  private millisecondsPerCharacter = firstPace;

  /** How many characters somebody can wait for. */
  get charactersInTime(): number {
    return Math.max(least, Math.min(most, Math.floor(patience / this.millisecondsPerCharacter)));
  }

  /** So many characters were read in so many milliseconds. */
  learn(characters: number, milliseconds: number): void {
    if (characters < tellingLength) return;
    this.millisecondsPerCharacter += share * (milliseconds / characters - this.millisecondsPerCharacter);
  }
}
