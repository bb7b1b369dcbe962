/** Where a completion stands. All texts have line feeds. */
export interface Surroundings {
  /** The text before the cursor, or its last part. */
  readonly before: string;
  /** The text after the cursor, or its first part. */
  readonly after: string;
  /** Lines at most. */
  readonly maxLines: number;
}

/** Cuts a completion short: returns how many of its UTF-16 units are worth showing, all of them if nothing is wrong. */
export type Filter = (text: string, surroundings: Surroundings) => number;

/** The part of the cursor's line before it. */
export function lineBefore({ before }: Surroundings): string {
  return before.slice(before.lastIndexOf('\n') + 1);
}

/** The part of the cursor's line after it. */
export function lineAfter({ after }: Surroundings): string {
  const end = after.indexOf('\n');
  return end === -1 ? after : after.slice(0, end);
}

export function indentationOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}
