import type { Tokens } from './encode';
import type { CorpusReport } from './report';
import type { Split } from './split';
import type { DocumentRange } from './textBuffer';
import type { Vocabulary } from './vocabulary';

/** One split: documents one after the other, as token ids. */
export interface TokenStream {
  readonly tokens: Tokens;
  /** Where each document lies in `tokens`, in order and without gaps. */
  readonly documents: readonly DocumentRange[];
}

/**
 * What a model is trained and evaluated on. In a corpus from a folder each document is U+0002, its path, a newline,
 * its text, U+0003; the documents of a split follow in the order of a hash of their paths. A single file is its plain
 * text, cut into splits by position.
 */
export interface Corpus {
  readonly vocabulary: Vocabulary;
  readonly splits: Readonly<Record<Split, TokenStream>>;
  readonly report: CorpusReport;
}
