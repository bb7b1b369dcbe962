import * as vscode from 'vscode';

/** Milliseconds between two pieces. */
const tick = 16;
/** Each piece is this share of what waits, so that a slow model is seen to write character by character… */
const share = 1 / 6;
/** … and has no more characters than this, so that a fast one is, too. */
const longestPiece = 24;

/**
 * Writes into a document as text arrives, at one place that moves along when the document changes elsewhere. All of it
 * is one step to undo.
 */
export class DocumentWriter implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private waiting = '';
  private offset: number;
  private own = false;
  private started = false;
  private failed = false;
  private done: Promise<void> = Promise.resolve();
  private pumping = false;
  private written = 0;
  /** Whether the editor shows what is being written: until the person scrolls up, and again when they come back. */
  private inView = true;
  private bottomLine = 0;

  constructor(
    private readonly document: vscode.TextDocument,
    position: vscode.Position,
    private readonly onWritten: (characters: number) => void,
  ) {
    this.offset = document.offsetAt(position);
    this.subscription = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document === document && !this.own) this.follow(event.contentChanges);
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor, visibleRanges }) => {
        if (textEditor.document === document) this.scrolled(visibleRanges.at(-1)?.end.line ?? 0);
      }),
    );
  }

  /** Takes text with line feeds; it appears soon. */
  write(text: string): void {
    this.waiting += text;
    if (this.pumping || this.failed) return;
    this.pumping = true;
    this.done = this.pump().finally(() => {
      this.pumping = false;
    });
  }

  /** Resolves when all that was taken has been written; false if the document went away. */
  async flush(): Promise<boolean> {
    await this.done;
    return !this.failed;
  }

  /** Drops what has not been written yet. */
  drop(): void {
    this.waiting = '';
  }

  dispose(): void {
    this.drop();
    this.subscription.dispose();
  }

  private async pump(): Promise<void> {
    while (this.waiting !== '') {
      const characters = [...this.waiting];
      const piece = characters.slice(0, Math.min(longestPiece, Math.ceil(characters.length * share))).join('');
      this.waiting = this.waiting.slice(piece.length);
      if (!(await this.insert(piece))) {
        this.failed = true;
        this.waiting = '';
        return;
      }
      this.written += [...piece].length;
      this.onWritten(this.written);
      await new Promise((resolve) => setTimeout(resolve, tick));
    }
  }

  private async insert(text: string): Promise<boolean> {
    if (this.document.isClosed) return false;
    // An editor refuses an edit if its document has changed meanwhile; the place is then known anew.
    for (let attempt = 0; attempt < 5; attempt++) {
      const position = this.document.positionAt(this.offset);
      const lengthBefore = this.document.getText().length;
      this.own = true;
      const written = await this.edit(position, text);
      this.own = false;
      if (!written) continue;
      this.offset += this.document.getText().length - lengthBefore;
      this.started = true;
      return true;
    }
    return false;
  }

  private async edit(position: vscode.Position, text: string): Promise<boolean> {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document === this.document);
    if (editor === undefined) {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(this.document.uri, position, text);
      return vscode.workspace.applyEdit(edit);
    }
    const options = { undoStopBefore: !this.started, undoStopAfter: false };
    const written = await editor.edit((builder) => builder.insert(position, text), options);
    if (written && this.inView) {
      // The beginning of the line: to follow its end would throw a long one to and fro.
      const { line } = this.document.positionAt(this.offset + text.length);
      editor.revealRange(new vscode.Range(line, 0, line, 0));
    }
    return written;
  }

  private scrolled(bottomLine: number): void {
    if (bottomLine < this.bottomLine - 1) this.inView = false;
    else if (bottomLine >= this.document.positionAt(this.offset).line) this.inView = true;
    this.bottomLine = bottomLine;
  }

  /** What others changed before the place moves it. */
  private follow(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    for (const { rangeOffset, rangeLength, text } of changes) {
      if (rangeOffset < this.offset) this.offset += text.length - Math.min(rangeLength, this.offset - rangeOffset);
    }
  }
}
