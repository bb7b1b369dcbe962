import type { TokenStream } from '../corpus/corpus';
import type { Vocabulary } from '../corpus/vocabulary';
import { CopyFinder } from './copyFinder';
import { KnownWords } from './knownWords';
import type { Copy, SampleCheck } from './sampleCheck';

/** Characters of a run from which on it is called a copy, usually: about a line of code; shorter ones are phrases. */
const usualCopyLength = 32;

/** Tells of sampled texts what is new in them and what is copied from the training text. */
export class SampleChecker {
  private readonly copies: CopyFinder;
  private readonly words: KnownWords;

  /** @param mostBlocks of the training text that are kept in mind, as {@link CopyFinder} has it. */
  constructor(
    training: TokenStream,
    private readonly vocabulary: Vocabulary,
    mostBlocks?: number,
  ) {
    this.copies = new CopyFinder(training, mostBlocks);
    this.words = new KnownWords(training, vocabulary);
  }

  /** Characters of a run from which on it is called a copy: what is found for certain in so long a training text. */
  get copyLength(): number {
    return Math.max(usualCopyLength, this.copies.shortest);
  }

  check(text: string): SampleCheck {
    const offsets = offsetsOf(text);
    const runs = this.copies
      .find(this.vocabulary.encode(text))
      .map(({ start, end, path }): Copy => {
        return { start: offsets[start]!, length: offsets[end]! - offsets[start]!, path };
      })
      .filter(({ start, length }) => hasText(text.slice(start, start + length)));
    const copies = withoutOverlap(runs.filter(({ length }) => length >= this.copyLength));
    const copied = copies.reduce((sum, { length }) => sum + length, 0);
    const { words, unknown } = this.words.check(text);
    return {
      longestCopy: runs.reduce<Copy | null>((best, run) => (run.length > (best?.length ?? 0) ? run : best), null),
      copies,
      newShare: text.length === 0 ? 1 : 1 - copied / text.length,
      words,
      unknownWords: unknown,
    };
  }
}

/**
 * Whether a run is more than the blank space between things, of which all files are full: a third of it is not blank, or
 * as much as is in a copy that just is one, for a copied block may be indented far.
 */
function hasText(run: string): boolean {
  return 3 * run.replace(/\s/g, '').length >= Math.min(run.length, usualCopyLength);
}

/** Where each character of a text begins, in UTF-16 units, and where the text ends: [characters + 1]. */
function offsetsOf(text: string): number[] {
  const offsets = [0];
  for (const character of text) offsets.push(offsets.at(-1)! + character.length);
  return offsets;
}

/** Cuts from each run what the one before it has already. */
function withoutOverlap(runs: readonly Copy[]): Copy[] {
  let end = 0;
  return runs.map(({ start, length, path }) => {
    const from = Math.max(start, end);
    end = start + length;
    return { start: from, length: end - from, path };
  });
}
