/** Where a text stands. */
export interface DocumentContext {
  /** Tells documents apart: the URI. */
  readonly document: string;
  /** Relative to the workspace, with the folder's name in front where there are several; null for a nameless one. */
  readonly path: string | null;
  /**
   * The text before the cursor. It begins where it began for the request before, as long as that isn't too long ago:
   * at the last multiple of 2,000 characters that leaves at least 2,000 (or the start of the document).
   */
  readonly prefix: string;
}

export interface CompletionOptions {
  /** Lines of a completion at most; 1 is up to the end of the line. */
  readonly maxLines: number;
  /** A completion is shown only if the model gives it at least this probability, over 0 and up to 1. */
  readonly confidence: number;
  /** 0 takes the likeliest characters; higher draws from the probabilities. */
  readonly temperature: number;
  /**
   * 1 to 3: how many different completions to offer. More than 1 is for somebody who has asked: then `confidence`
   * counts only from the second character on, so that there is something to choose from.
   */
  readonly choices: number;
  readonly indentation: Indentation;
  readonly endOfLine: '\n' | '\r\n';
}

/** How the lines of a document are indented, as the editor says. */
export interface Indentation {
  readonly insertSpaces: boolean;
  /** Columns. */
  readonly tabSize: number;
}

export interface CompletionRequest extends DocumentContext {
  /** The text after the cursor, up to 1,000 characters. */
  readonly suffix: string;
  /**
   * More of the document, further up and further down, which is not read but searched for what repeats. The same from
   * keystroke to keystroke, where that can be.
   */
  readonly elsewhere: string;
  readonly options: CompletionOptions;
}

export interface CompletionItem {
  /** To insert at the cursor, with the line ends of the document. */
  readonly text: string;
  /** The probability that model and memory give to the text as a whole. */
  readonly confidence: number;
}

export interface CompletionResult {
  /** Best first; empty when there is nothing worth showing. */
  readonly items: readonly CompletionItem[];
  readonly milliseconds: {
    /** Waiting for what was under way. */
    readonly waiting: number;
    /** Reading the text before the cursor. */
    readonly priming: number;
    /** Continuing it. */
    readonly proposing: number;
    readonly total: number;
  };
  /** Characters that had to be read, for the rest was known already. */
  readonly charactersRead: number;
}
