import { normaliseText } from '../corpus/documents';
import { Vocabulary } from '../corpus/vocabulary';
import { DocumentMemory, Recall } from './documentMemory';
import { commonLength } from './tokenArrays';

const mostDocuments = 8;

interface Entry {
  readonly elsewhere: string;
  readonly tokens: Int32Array;
  readonly memory: DocumentMemory;
}

/** The memories of the documents that were completed last, each kept so that a keystroke adds one character to it. */
export class DocumentMemories {
  /** In order of use. */
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly vocabulary: Vocabulary) {}

  /**
   * What is remembered of a document.
   *
   * @param tokens the text up to the cursor, as the model reads it.
   * @param elsewhere more of the document, which is searched too.
   */
  recall(document: string, tokens: Int32Array, elsewhere: string): Recall {
    const memory = this.memoryOf(this.entries.get(document), tokens, elsewhere);
    this.entries.delete(document);
    this.entries.set(document, { elsewhere, tokens, memory });
    if (this.entries.size > mostDocuments) this.entries.delete(this.entries.keys().next().value!);
    return new Recall(memory);
  }

  /** How many documents are remembered. */
  get size(): number {
    return this.entries.size;
  }

  forget(document: string): void {
    this.entries.delete(document);
  }

  /** A text that was changed, and not only continued, is remembered anew: 30,000 characters take 3 ms. */
  private memoryOf(known: Entry | undefined, tokens: Int32Array, elsewhere: string): DocumentMemory {
    const goesOn = known?.elsewhere === elsewhere && commonLength(known.tokens, tokens) === known.tokens.length;
    if (goesOn) {
      for (const token of tokens.subarray(known.tokens.length)) known.memory.append(token);
      return known.memory;
    }
    const memory = new DocumentMemory(this.vocabulary.encode(normaliseText(elsewhere)));
    // Nothing is repeated across the gap.
    memory.append(Vocabulary.end);
    for (const token of tokens) memory.append(token);
    return memory;
  }
}
