import { documentHead, normaliseText } from '../corpus/documents';
import { Vocabulary } from '../corpus/vocabulary';

/** A document to look at. */
export interface InspectedDocument {
  /** As documents are named in training: relative to the source; null where there is no name. */
  readonly path: string | null;
  readonly text: string;
}

/** A text as a model reads it, one element for each of its N characters (code points). */
export interface InspectedText {
  readonly path: string | null;
  /** [N] */
  readonly characters: readonly string[];
  /** Whether the document was longer. */
  readonly isCut: boolean;
  /** What is read before the text: the head of the document, at least one token. */
  readonly head: Int32Array;
  /** [N] */
  readonly tokens: Int32Array;
}

/** @param mostCharacters what is longer is cut there. */
export function toInspectedText(
  { path, text }: InspectedDocument,
  vocabulary: Vocabulary,
  mostCharacters: number,
): InspectedText {
  const characters: string[] = [];
  let isCut = false;
  for (const character of normaliseText(text)) {
    isCut = characters.length === mostCharacters;
    if (isCut) break;
    characters.push(character);
  }
  const head = path === null ? [Vocabulary.start] : vocabulary.encode(documentHead(path));
  return {
    path,
    characters,
    isCut,
    head: Int32Array.from(head),
    tokens: Int32Array.from(characters, (character) => vocabulary.idOf(character.codePointAt(0)!)),
  };
}
