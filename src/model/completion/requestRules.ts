/** What the editor knows when it could ask for a completion. */
export interface Situation {
  /** Somebody has asked for it by hand. */
  readonly explicit: boolean;
  /** The cursor's line behind the cursor. */
  readonly lineAfter: string;
  readonly cursors: number;
  readonly hasSelection: boolean;
  /** The last thing that happened to the document; null if nothing has since it was opened. */
  readonly lastChange: Change | null;
}

export type Change = 'typed' | 'deleted' | 'undone' | 'accepted' | 'other';

/** What may stand behind the cursor: what editors close by themselves, and what ends a statement or an item. */
const harmless = /^[\s)\]}>"'`;:,.]*$/;
const wordCharacter = /^[\p{L}\p{N}_$]/u;

/** Why no completion is asked for, or null if one is. */
export function reasonNotToAsk(situation: Situation): string | null {
  const { explicit, lineAfter, cursors, hasSelection, lastChange } = situation;
  if (cursors > 1) return 'several cursors';
  if (hasSelection) return 'text is selected';
  if (explicit) return null;
  if (lastChange === 'deleted' || lastChange === 'undone') return 'the last change took something away';
  if (lastChange === 'accepted') return 'a completion was just accepted';
  if (wordCharacter.test(lineAfter)) return 'in the middle of a word';
  if (!harmless.test(lineAfter)) return 'text to the right';
  return null;
}

/** Keystrokes that the rhythm is taken from. */
const remembered = 8;
/** A longer pause than this is thinking, not typing. Milliseconds. */
const longestInterval = 1000;
const longestDelay = 200;

/**
 * How long to wait after a keystroke before asking. A model that answers well before the next keystroke is asked at
 * once; one that doesn't is only asked when the typing has paused, for its answers would all come too late.
 */
export class TypingRhythm {
  private readonly intervals: number[] = [];
  private last: number | null = null;

  /** @param time of a keystroke, in milliseconds. */
  keystroke(time: number): void {
    const interval = this.last === null ? Number.POSITIVE_INFINITY : time - this.last;
    this.last = time;
    if (interval > longestInterval) return;
    this.intervals.push(interval);
    if (this.intervals.length > remembered) this.intervals.shift();
  }

  /** Milliseconds to wait, when an answer takes `latency`. */
  delay(latency: number): number {
    const interval = this.typicalInterval();
    if (interval === null || latency < interval / 2) return 0;
    return Math.min(longestDelay, 1.2 * interval);
  }

  /** The median. */
  private typicalInterval(): number | null {
    const sorted = [...this.intervals].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }
}
