import * as vscode from 'vscode';
import { closeDocument, prime } from '../../process/protocol';
import type { Inference } from '../models/inference';
import { isCompleted, isKnownTo } from './documents';
import { contextAt } from './documentText';

/** Milliseconds of rest after a document is shown or the cursor jumps. */
const rest = 100;
/** Lines that a cursor moves at least for the text before it to be worth reading in advance. */
const farLines = 20;

/** Lets the model read a document as soon as it is shown or the cursor moves far, so that it is ready when typed in. */
export class Priming implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | null = null;
  private lastLine = 0;
  private loaded: object | null = null;

  constructor(private readonly inference: Inference) {
    this.subscription = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => this.soon()),
      vscode.window.onDidChangeTextEditorSelection(({ selections }) => this.moved(selections[0]?.active.line ?? 0)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) =>
        inference.notify(closeDocument, { document: uri.toString() }),
      ),
      inference.onDidChange(() => this.loadedAnew()),
    );
  }

  dispose(): void {
    this.subscription.dispose();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private moved(line: number): void {
    if (Math.abs(line - this.lastLine) >= farLines) this.soon();
    this.lastLine = line;
  }

  /** A model that has just been loaded knows nothing of the document in front, which is also what one may wait for. */
  private loadedAnew(): void {
    const { model, waiting } = this.inference;
    if (waiting || (model !== null && model !== this.loaded)) this.soon();
    this.loaded = model;
  }

  private soon(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.prime(), rest);
  }

  private prime(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !isCompleted(editor.document)) return;
    if (!isKnownTo(this.inference.pretrained, editor.document)) return;
    // When it is loaded, it reads.
    void this.inference.wake();
    this.inference.notify(prime, contextAt(editor.document, editor.selection.active));
  }
}
