import type { TokenStream } from '../corpus/corpus';
import type { Vocabulary } from '../corpus/vocabulary';
import type { Stretch } from './sampleCheck';

/**
 * The words of a text that a person would spell: runs of three letters or more, cut where camelCase begins a word, so
 * that `getUserName` and `GET_USER_NAME` are get, user and name. The last capital of `HTTPRequest` begins the next word;
 * the s of `URLs` does not.
 */
const words = /\p{Lu}?[\p{Ll}\p{Lo}]{2,}|\p{Lu}{3,}(?!\p{Ll}{2})/gu;
const shortest = 3;

/** Tokens that are decoded at a time. */
const pieceLength = 1 << 16;
/** What is read at most, and kept: by then most words of a project have been met. */
const mostTokens = 16_000_000;
const mostWords = 500_000;

/** The words of the training text, to tell a word that is spelled right from one that was made up. */
export class KnownWords {
  private readonly known = new Set<string>();

  constructor({ tokens }: Pick<TokenStream, 'tokens'>, vocabulary: Vocabulary) {
    // Documents come in the order of a hash, so that the first ones are a fair choice.
    const length = Math.min(tokens.length, mostTokens);
    for (let start = 0; start < length && this.known.size < mostWords; start += pieceLength) {
      const text = vocabulary.decode(tokens.subarray(start, start + pieceLength));
      for (const [word] of text.matchAll(words)) if (word.length >= shortest) this.known.add(word.toLowerCase());
    }
  }

  get size(): number {
    return this.known.size;
  }

  /** How many words a text has, and where those are that the training text has not. The last may be cut, and counts not. */
  check(text: string): { words: number; unknown: Stretch[] } {
    const found = [...text.matchAll(words)].filter(
      ({ 0: word, index }) => word.length >= shortest && index + word.length < text.length,
    );
    const unknown = found
      .filter(([word]) => !this.known.has(word.toLowerCase()))
      .map(({ 0: word, index }) => ({ start: index, length: word.length }));
    return { words: found.length, unknown };
  }
}
