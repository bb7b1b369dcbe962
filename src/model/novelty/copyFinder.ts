import type { TokenStream } from '../corpus/corpus';

/** A run of tokens of a text that stands in the training text, too: [start, end) of the text. */
export interface CopiedRun {
  readonly start: number;
  readonly end: number;
  /** Of the document that it stands in, or one of them. */
  readonly path: string;
}

/** Tokens that are looked up at once: short enough for a run of 15 to contain an indexed block, see below. */
const blockLength = 8;
/** Blocks of the training text that are indexed at most: 32 MB. */
const mostBlocks = 4_000_000;
/** Places of equal blocks that are tried at most: blocks of spaces occur a hundred thousand times. */
const mostCandidates = 256;

/**
 * Finds what a text has copied from the training text. Every `stride`-th block of 8 tokens of the training text is in a
 * hash table, so that a copied run of `stride` + 7 tokens contains one; from there the run is followed both ways. The
 * stride is 8 for up to 32 million tokens and grows with longer texts, so that memory stays under 32 MB.
 *
 * What it finds are real copies. One is missed only where each block in it is at more than 256 places and none of those
 * that are tried is its own.
 */
export class CopyFinder {
  private readonly stride: number;
  private readonly mask: number;
  /** By hash, one more than the number of the last block that has it; 0 for none. */
  private readonly heads: Int32Array;
  /** By block, one more than the number of the one before it with its hash. */
  private readonly before: Int32Array;

  constructor(
    private readonly stream: TokenStream,
    limit = mostBlocks,
  ) {
    const { tokens } = stream;
    this.stride = Math.max(blockLength, Math.ceil(tokens.length / limit));
    const blocks = Math.max(0, Math.floor((tokens.length - blockLength) / this.stride) + 1);
    const size = 2 ** Math.max(4, Math.ceil(Math.log2(blocks + 1)));
    this.mask = size - 1;
    this.heads = new Int32Array(size);
    this.before = new Int32Array(blocks);
    for (let block = 0; block < blocks; block++) {
      const hash = this.hash(tokens, block * this.stride);
      this.before[block] = this.heads[hash]!;
      this.heads[hash] = block + 1;
    }
  }

  /** The shortest run that is found wherever it stands. */
  get shortest(): number {
    return this.stride + blockLength - 1;
  }

  /** The runs of `tokens` that are copied, none inside another, the leftmost first. */
  find(tokens: ArrayLike<number>): CopiedRun[] {
    const runs: { start: number; end: number; place: number }[] = [];
    // By how far the places in the two texts are apart, where the last run ended.
    const followed = new Map<number, number>();
    for (let at = 0; at + blockLength <= tokens.length; at++) {
      let block = this.heads[this.hash(tokens, at)]!;
      for (let tried = 0; block > 0 && tried < mostCandidates; tried++, block = this.before[block - 1]!) {
        const place = (block - 1) * this.stride;
        if ((followed.get(place - at) ?? 0) > at) continue;
        const run = this.follow(tokens, at, place);
        if (run.end - run.start < this.shortest) continue;
        followed.set(place - at, run.end);
        runs.push(run);
      }
    }
    return outermost(runs).map(({ start, end, place }) => ({ start, end, path: this.pathAt(place) }));
  }

  /** The run that has `tokens[at]` at `place` of the training text. */
  private follow(tokens: ArrayLike<number>, at: number, place: number) {
    const text = this.stream.tokens;
    let start = 0;
    while (at - start > 0 && place - start > 0 && tokens[at - start - 1] === text[place - start - 1]) start++;
    let length = 0;
    while (at + length < tokens.length && place + length < text.length) {
      if (tokens[at + length] !== text[place + length]) break;
      length++;
    }
    return { start: at - start, end: at + length, place: place - start };
  }

  private pathAt(place: number): string {
    const { documents } = this.stream;
    let [low, high] = [0, documents.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (documents[middle]!.start <= place) low = middle;
      else high = middle - 1;
    }
    return documents[low]?.path ?? '';
  }

  /** Of the block at a place, below the size of the table: FNV-1a over tokens. */
  private hash(tokens: ArrayLike<number>, at: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < blockLength; i++) hash = Math.imul(hash ^ tokens[at + i]!, 0x01000193);
    return (hash ^ (hash >>> 15)) & this.mask;
  }
}

/** The runs that lie inside no other, by their starts; of equal ones the first that was found. */
function outermost<R extends { readonly start: number; readonly end: number }>(runs: R[]): R[] {
  const kept: R[] = [];
  for (const run of runs.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (run.end > (kept.at(-1)?.end ?? 0)) kept.push(run);
  }
  return kept;
}
