import { createHash } from 'node:crypto';
import type { TokenStream } from '../corpus/corpus';

/** A document, or the beginning of one, as a range of a stream's tokens. */
export interface Excerpt {
  readonly start: number;
  readonly end: number;
  /** Where the whole document ends. */
  readonly documentEnd: number;
}

/**
 * The documents to evaluate on when a stream is too long to take them all: whole ones in the order of a hash of their
 * paths, hence spread over all folders and the same in every run, and of the last one the beginning, up to
 * `maxCharacters` tokens together.
 */
export function chooseExcerpts(stream: TokenStream, maxCharacters: number): Excerpt[] {
  const excerpts: Excerpt[] = [];
  let left = maxCharacters;
  const isAll = stream.tokens.length <= maxCharacters;
  for (const { start, length } of isAll ? stream.documents : shuffled(stream)) {
    const taken = Math.min(length, left);
    if (taken > 0) excerpts.push({ start, end: start + taken, documentEnd: start + length });
    left -= taken;
  }
  return excerpts;
}

/** The first tokens, at most `length`, of each of `count` documents, or of all where there are fewer; chosen alike. */
export function chooseBeginnings(stream: TokenStream, count: number, length: number): Excerpt[] {
  const documents = shuffled(stream).filter((document) => document.length > 0);
  return documents.slice(0, count).map((document) => ({
    start: document.start,
    end: document.start + Math.min(document.length, length),
    documentEnd: document.start + document.length,
  }));
}

function shuffled({ documents }: TokenStream): TokenStream['documents'] {
  const keyed = documents.map((document) => ({
    document,
    // The end of the digest, for its beginning decides which split a document is in.
    key: createHash('sha256').update(document.path).digest('hex').slice(32),
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ document }) => document);
}

export function lengthOf({ start, end }: Excerpt): number {
  return end - start;
}

/** Excerpts in groups of at most `size` of similar length, so that read side by side they end at about one time. */
export function groupByLength(excerpts: readonly Excerpt[], size: number): Excerpt[][] {
  const longestFirst = [...excerpts].sort((a, b) => lengthOf(b) - lengthOf(a));
  const groups: Excerpt[][] = [];
  for (let i = 0; i < longestFirst.length; i += size) groups.push(longestFirst.slice(i, i + size));
  return groups;
}
