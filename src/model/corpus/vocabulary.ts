import { UserError } from '../errors';

/** Tokens are stored in at most two bytes. */
const largestSize = 65536;
/** Tokens of a vocabulary of this size still fit one byte. */
const oneByteSize = 256;
/** A vocabulary grows beyond one byte only when one byte would leave more than a thousandth of the text unknown. */
const wantedCoverage = 0.999;
/** What is rarer is met too seldom to be learned, but each character costs time at every step. */
const rarestShare = 1e-5;

export interface VocabularyOptions {
  /** Characters that occur less often are unknown; by default one in 100,000, so that small texts keep all. */
  readonly minimumCount?: number;
  /** Most characters to keep, the reserved ones included; by default 256, or more where 256 cover too little. */
  readonly maximumSize?: number;
}

/**
 * The characters that a model knows, numbered. A character is a Unicode code point, not a byte and not a UTF-16 unit.
 * Three ids are reserved in every vocabulary:
 *
 * - 0, U+FFFD, stands for every character that is not in the vocabulary; it is never sampled;
 * - 1, U+0002 (start of text), opens a document and is followed by its path and a newline;
 * - 2, U+0003 (end of text), closes a document.
 *
 * The others follow in the order of their code points; in a vocabulary that grew out of another, what is new follows.
 */
export class Vocabulary {
  static readonly unknown = 0;
  static readonly start = 1;
  static readonly end = 2;

  /** The character of each id. */
  readonly characters: readonly string[];
  private readonly asciiIds = new Uint16Array(128);
  private readonly otherIds = new Map<number, number>();

  /** @throws UserError when `characters` doesn't begin with the reserved ones or lists something twice. */
  constructor(characters: readonly string[]) {
    const startsRight = reserved.every((character, id) => characters[id] === character);
    const isDistinct = new Set(characters).size === characters.length;
    if (!startsRight || !isDistinct || characters.length > largestSize) throw damaged();
    this.characters = [...characters];
    for (const [id, character] of characters.entries()) {
      const codePoint = singleCodePoint(character);
      if (codePoint === undefined) throw damaged();
      if (codePoint < 128) this.asciiIds[codePoint] = id;
      else this.otherIds.set(codePoint, id);
    }
  }

  /**
   * The vocabulary of a text from how often each code point occurs in it: the most frequent characters, as many as
   * {@link VocabularyOptions} allow. What a keyboard types comes first and is kept however rare it is, because people
   * will type it. The same counts give the same vocabulary, in whatever order they come.
   */
  static fromCounts(counts: ReadonlyMap<number, number>, options: VocabularyOptions = {}): Vocabulary {
    const candidates = [...counts].filter(([codePoint, count]) => count > 0 && isOrdinary(codePoint));
    const total = candidates.reduce((sum, [, count]) => sum + count, 0);
    const minimumCount = options.minimumCount ?? total * rarestShare;
    const ranked = candidates
      .filter(([codePoint, count]) => isTyped(codePoint) || count >= minimumCount)
      .sort(([a, countA], [b, countB]) => Number(isTyped(b)) - Number(isTyped(a)) || countB - countA || a - b);
    const limit = options.maximumSize ?? sizeThatCovers(ranked, total);
    const codePoints = ranked.slice(0, Math.max(0, limit - reserved.length)).map(([codePoint]) => codePoint);
    codePoints.sort((a, b) => a - b);
    return new Vocabulary([...reserved, ...codePoints.map((codePoint) => String.fromCodePoint(codePoint))]);
  }

  /** This vocabulary with the characters of `other` that it lacks behind its own, so that its ids stay as they are. */
  including(other: Vocabulary): Vocabulary {
    const known = new Set(this.characters);
    return new Vocabulary([...this.characters, ...other.characters.filter((character) => !known.has(character))]);
  }

  /** V: the number of ids. */
  get size(): number {
    return this.characters.length;
  }

  /** The id of a code point, {@link Vocabulary.unknown} where it has none. */
  idOf(codePoint: number): number {
    return (codePoint < 128 ? this.asciiIds[codePoint] : this.otherIds.get(codePoint)) ?? Vocabulary.unknown;
  }

  /** One id for each code point of `text`. */
  encode(text: string): Uint16Array {
    const ids = new Uint16Array(text.length);
    let length = 0;
    for (let at = 0; at < text.length; length++) {
      const codePoint = text.codePointAt(at)!;
      ids[length] = this.idOf(codePoint);
      at += codePoint > 0xffff ? 2 : 1;
    }
    return ids.slice(0, length);
  }

  /** The text of a sequence of ids; the unknown character shows as U+FFFD. */
  decode(ids: ArrayLike<number>): string {
    let text = '';
    for (let i = 0; i < ids.length; i++) text += this.characters[ids[i]!] ?? unknownCharacter;
    return text;
  }

  /** The distinct characters of `text` that are not in the vocabulary, in order of appearance; empty if it knows all. */
  knows(text: string): string[] {
    return [...new Set(text)].filter((character) => this.idOf(character.codePointAt(0)!) === Vocabulary.unknown);
  }

  toJSON(): string[] {
    return [...this.characters];
  }

  /** @throws UserError when `value` is not what {@link Vocabulary.toJSON} returns. */
  static fromJSON(value: unknown): Vocabulary {
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw damaged();
    return new Vocabulary(value);
  }
}

const unknownCharacter = '\uFFFD';
const reserved: readonly string[] = [unknownCharacter, '\u0002', '\u0003'];

function isOrdinary(codePoint: number): boolean {
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return !isSurrogate && !reserved.includes(String.fromCodePoint(codePoint));
}

/** Printable ASCII, tab and newline. */
function isTyped(codePoint: number): boolean {
  return (codePoint >= 32 && codePoint < 127) || codePoint === 9 || codePoint === 10;
}

/** The code point of a string that is exactly one character, and not half of a surrogate pair. */
function singleCodePoint(character: string): number | undefined {
  const codePoint = character.codePointAt(0);
  if (codePoint === undefined || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return undefined;
  return character.length === (codePoint > 0xffff ? 2 : 1) ? codePoint : undefined;
}

/** One byte's worth, or as many characters as it takes to cover the text. */
function sizeThatCovers(ranked: readonly (readonly [number, number])[], total: number): number {
  let covered = 0;
  let kept = 0;
  for (const [, count] of ranked) {
    if (covered >= total * wantedCoverage) break;
    covered += count;
    kept++;
  }
  return Math.min(largestSize, Math.max(oneByteSize, kept + reserved.length));
}

function damaged(): UserError {
  return new UserError('The vocabulary is damaged: use another copy of this file, or train again.');
}
