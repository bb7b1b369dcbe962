import type { SampledText } from '../../../src/model/training/log/entries';

/** A piece of a sample and what it is. */
export interface Piece {
  readonly text: string;
  /** The file that it was copied from; null where it is new. */
  readonly copiedFrom: string | null;
  /** A word that the training text has not. */
  readonly madeUp: boolean;
}

/** Cuts a sample where something begins or ends that is to be marked. */
export function piecesOf({ text, check }: Pick<SampledText, 'text' | 'check'>): Piece[] {
  const { copies, unknownWords } = check;
  const cuts = [...copies, ...unknownWords].flatMap(({ start, length }) => [start, start + length]);
  const places = [...new Set([0, ...cuts, text.length])].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, i) => {
    const covers = (stretch: { start: number; length: number }) =>
      stretch.start <= start && start < stretch.start + stretch.length;
    return {
      text: text.slice(start, places[i + 1]),
      copiedFrom: copies.find(covers)?.path ?? null,
      madeUp: unknownWords.some(covers),
    };
  });
}

/** Control characters as their pictures: a document's head and tail, and what a young model writes. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (character) =>
    character === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + character.charCodeAt(0)),
  );
}
