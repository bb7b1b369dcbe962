import type { TokenStream } from '../corpus/corpus';

/** Symbols of a text or of anything derived from it: one byte each where the alphabet allows. */
export type Symbols = Uint8Array | Uint16Array;

/** Documents one after the other, each led by a separator that no document contains. */
export interface SeparatedText {
  readonly symbols: Symbols;
  /** The symbol between documents: V, one above the largest token. */
  readonly separator: number;
  /** Tokens in `symbols`, separators left out. */
  readonly characters: number;
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Long enough that the few contexts cut at its start don't matter, short enough that hundreds fit any limit. */
const blockLength = 65536;

/**
 * The text that an n-gram model counts. A stream of more than `maxCharacters` tokens is cut to blocks of 65,536 tokens
 * at even distances; what a block takes of a document is then a document of its own.
 */
export function separatedText(stream: TokenStream, vocabularySize: number, maxCharacters: number): SeparatedText {
  const pieces = evenPieces(stream, maxCharacters);
  const characters = pieces.reduce((sum, piece) => sum + piece.end - piece.start, 0);
  const separator = vocabularySize;
  const length = characters + pieces.length;
  const symbols = separator < 256 ? new Uint8Array(length) : new Uint16Array(length);
  let at = 0;
  for (const { start, end } of pieces) {
    symbols[at] = separator;
    symbols.set(stream.tokens.subarray(start, end), at + 1);
    at += 1 + end - start;
  }
  return { symbols, separator, characters };
}

function evenPieces({ tokens, documents }: TokenStream, maxCharacters: number): Piece[] {
  const whole = documents.map(({ start, length }) => ({ start, end: start + length }));
  if (tokens.length <= maxCharacters) return whole.filter((piece) => piece.end > piece.start);
  const length = Math.min(blockLength, maxCharacters);
  const blocks = Math.floor(maxCharacters / length);
  const pieces: Piece[] = [];
  let first = 0;
  for (let block = 0; block < blocks; block++) {
    const start = Math.floor((block * (tokens.length - length)) / Math.max(1, blocks - 1));
    const end = start + length;
    while (first < whole.length && whole[first]!.end <= start) first++;
    for (let i = first; i < whole.length && whole[i]!.start < end; i++) {
      pieces.push({ start: Math.max(start, whole[i]!.start), end: Math.min(end, whole[i]!.end) });
    }
  }
  return pieces;
}
