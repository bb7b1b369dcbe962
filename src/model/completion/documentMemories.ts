import { DocumentMemory, Recall } from './documentMemory';
import { commonLength } from './tokenArrays';

const mostDocuments = 8;

interface Entry {
  readonly tokens: Int32Array;
  readonly memory: DocumentMemory;
}

/** The memories of the documents that were completed last, each kept so that a keystroke adds one character to it. */
export class DocumentMemories {
  /** In order of use. */
  private readonly entries = new Map<string, Entry>();

  /** What is remembered of `tokens`, the text of a document up to the cursor. */
  recall(document: string, tokens: Int32Array): Recall {
    const { memory } = this.update(this.entries.get(document), tokens);
    this.entries.delete(document);
    this.entries.set(document, { tokens, memory });
    if (this.entries.size > mostDocuments) this.entries.delete(this.entries.keys().next().value!);
    return new Recall(memory);
  }

  forget(document: string): void {
    this.entries.delete(document);
  }

  /** A text that was changed, and not only continued, is read anew: 16,000 characters take half a millisecond. */
  private update(known: Entry | undefined, tokens: Int32Array): Entry {
    const goesOn = known !== undefined && commonLength(known.tokens, tokens) === known.tokens.length;
    if (!goesOn) return { tokens, memory: new DocumentMemory(tokens) };
    for (const token of tokens.subarray(known.tokens.length)) known.memory.append(token);
    return known;
  }
}
