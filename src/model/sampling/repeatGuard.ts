import { Vocabulary } from '../corpus/vocabulary';

/** No bound is lowered under this: so much is in any code. */
const leastBound = 4;

/** How often a character may come in a row, by its id. */
export interface RepeatBounds {
  /** [V] */
  readonly most: ArrayLike<number>;
  /** The id of the line feed. */
  readonly newline: number;
}

/**
 * @param longestRepeat of any character; spaces and tabs may come half as often. Infinity sets no bound.
 */
export function repeatBounds(vocabulary: Vocabulary, longestRepeat: number): RepeatBounds {
  // A model that knows only one character has no other to go on with.
  const isAlone = vocabulary.size <= Vocabulary.end + 2;
  const ofBlanks = Math.max(1, Math.floor(longestRepeat / 2));
  const most = vocabulary.characters.map((character) => {
    if (isAlone) return Infinity;
    return character === ' ' || character === '\t' ? ofBlanks : longestRepeat;
  });
  return { most, newline: vocabulary.idOf(0x0a) };
}

/**
 * Says of one text which character would come too often in a row. A text that has been refused one is likely to fall into
 * the same again, spaces between vertical bars for instance: each refusal halves its bounds, until lines come to
 * their end without one.
 */
export class RepeatGuard {
  private constructor(
    private readonly bounds: RepeatBounds,
    private last: number,
    private count: number,
    private refusals = 0,
    private refusedInLine = false,
  ) {}

  /** @param context the tokens that the text goes on from, at least one. */
  static after(context: ArrayLike<number>, bounds: RepeatBounds): RepeatGuard {
    const guard = new RepeatGuard(bounds, -1, 0);
    for (let i = 0; i < context.length; i++) guard.accept(context[i]!);
    return guard;
  }

  clone(): RepeatGuard {
    return new RepeatGuard(this.bounds, this.last, this.count, this.refusals, this.refusedInLine);
  }

  allows(token: number): boolean {
    if (token !== this.last) return true;
    const most = this.bounds.most[token]!;
    return this.count < Math.max(Math.min(most, leastBound), Math.floor(most / 2 ** this.refusals));
  }

  /** `token` comes next. */
  accept(token: number): void {
    this.count = token === this.last ? this.count + 1 : 1;
    this.last = token;
    if (token !== this.bounds.newline) return;
    if (!this.refusedInLine) this.refusals = Math.max(0, this.refusals - 1);
    this.refusedInLine = false;
  }

  /** A character that would have come was refused. */
  refuse(): void {
    this.refusals++;
    this.refusedInLine = true;
  }
}
