import { Vocabulary } from '../corpus/vocabulary';
import type { Excerpt } from './excerpts';

/** What the ghost-text rule decided at each place of an excerpt, and where a user would have typed. */
export interface Transcript {
  readonly excerpt: Excerpt;
  /** The token range that a user types: no path in front and no end character. */
  readonly typedFrom: number;
  readonly typedTo: number;
  /** For each place from `excerpt.start`: the length of the text proposed there, negative if it was wrong, 0 if none. */
  readonly decisions: Int32Array;
}

/** Counts of one or more replays. */
export interface ReplayCounts {
  characters: number;
  /** Places at which the user stood. */
  places: number;
  shown: number;
  right: number;
  /** Characters of all texts shown. */
  shownCharacters: number;
  /** Characters of right texts, less one key for accepting each. */
  savedKeystrokes: number;
}

export function emptyCounts(): ReplayCounts {
  return { characters: 0, places: 0, shown: 0, right: 0, shownCharacters: 0, savedKeystrokes: 0 };
}

export function openTranscript(tokens: ArrayLike<number>, excerpt: Excerpt, newline: number): Transcript {
  const { start, end, documentEnd } = excerpt;
  let typedFrom = start;
  if (tokens[start] === Vocabulary.start) {
    while (typedFrom < end && tokens[typedFrom] !== newline) typedFrom++;
    typedFrom = Math.min(typedFrom + 1, end);
  }
  const hasEnd = end === documentEnd && end > typedFrom && tokens[end - 1] === Vocabulary.end;
  return { excerpt, typedFrom, typedTo: hasEnd ? end - 1 : end, decisions: new Int32Array(end - start) };
}

/** Notes that `proposal` was shown in front of token `place`. Right means that the document goes on with all of it. */
export function decide(
  { excerpt, decisions }: Transcript,
  tokens: ArrayLike<number>,
  place: number,
  proposal: readonly number[],
): void {
  const fits = place + proposal.length <= excerpt.documentEnd;
  const isRight = fits && proposal.every((token, i) => tokens[place + i] === token);
  decisions[place - excerpt.start] = isRight ? proposal.length : -proposal.length;
}

/**
 * Types a document: where a right text is shown the user accepts it with one key and stands behind it, everywhere else
 * they type one character. What was decided at places that acceptance skips counts for nothing. A text accepted at the
 * end of an excerpt may reach a little further into the document.
 */
export function replay({ excerpt, typedFrom, typedTo, decisions }: Transcript, counts: ReplayCounts): void {
  let place = typedFrom;
  while (place < typedTo) {
    const decision = decisions[place - excerpt.start]!;
    counts.places++;
    if (decision !== 0) {
      counts.shown++;
      counts.shownCharacters += Math.abs(decision);
    }
    if (decision > 0) {
      counts.right++;
      counts.savedKeystrokes += decision - 1;
    }
    place += Math.max(1, decision);
  }
  counts.characters += Math.max(0, place - typedFrom);
}
