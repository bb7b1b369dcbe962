import type { LastEdit } from './edits';

/** What decides whether the model is asked. */
export interface RequestFacts {
  /** The person asked, by the command or its key. */
  readonly explicit: boolean;
  /** The cursor's line before and after it. */
  readonly lineBefore: string;
  readonly lineAfter: string;
  /** One cursor, and nothing selected. */
  readonly singleCursor: boolean;
  readonly lastEdit: LastEdit;
}

/** Characters to the right of the cursor up to which a completion is welcome, if they are more than closing brackets. */
const mostAfter = 20;
const wordCharacter = /[\p{L}\p{N}_]/u;

/**
 * Whether to ask for a completion. Who asks always gets an answer. By itself the editor asks after each key, where an
 * answer would often be in the way: inside a word, with much text to the right, with several cursors or a selection,
 * and right after text was deleted, brought back, pasted or accepted.
 */
export function wantsCompletion({ explicit, lineBefore, lineAfter, singleCursor, lastEdit }: RequestFacts): boolean {
  if (explicit) return true;
  if (!singleCursor || lastEdit === 'deleted' || lastEdit === 'undone' || lastEdit === 'inserted') return false;
  if (wordCharacter.test(lineBefore.slice(-1)) && wordCharacter.test(lineAfter.slice(0, 1))) return false;
  const rest = lineAfter.trim();
  return rest.length <= mostAfter || /^[\])}>;:,'"`\s]*$/.test(rest);
}

/** Milliseconds in which an answer comes at once for those who type. */
const instant = 25;
const longestWait = 150;

/**
 * How long to wait before asking, in case another key comes: not at all where the model answers at once, for a request
 * that is overtaken is cancelled; else about as long as the answer takes, so that no work is thrown away on every key.
 */
export class Debounce {
  private latency = 0;

  /** @returns milliseconds. */
  get wait(): number {
    return this.latency <= instant ? 0 : Math.min(longestWait, this.latency);
  }

  /** A request was answered in that many milliseconds. */
  answered(milliseconds: number): void {
    this.latency = this.latency === 0 ? milliseconds : 0.8 * this.latency + 0.2 * milliseconds;
  }
}
