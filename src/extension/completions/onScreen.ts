import * as vscode from 'vscode';
import { type Shown, typedThrough } from '../../model/completion/typedThrough';
import type { CompletionItem } from '../../process/protocol';
import { setContextKeys } from '../contextKeys';
import type { Statistics } from '../statistics';
import type { Edits } from './edits';

/** Run by VS Code when a completion is accepted whole. */
export const acceptedCommand = 'unreasonable.internal.accepted';

/**
 * The completions on the screen. What is left of them when they are typed through, or accepted by word or line, is shown
 * on with nothing asked of the model. It is also where acceptance is counted: VS Code tells of a whole one; a part shows
 * as a change that puts in the next piece of it, longer than what a key types.
 */
export class OnScreen implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private shown: Shown | null = null;
  /** Where the shown completions begin, and how much of them has been put in since. */
  private offset = 0;
  private taken = '';

  constructor(
    private readonly statistics: Statistics,
    private readonly edits: Edits,
  ) {
    this.subscription = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) =>
        this.changed(document, contentChanges),
      ),
      vscode.commands.registerCommand(acceptedCommand, (length: number) => this.accepted(length)),
    );
  }

  /** These completions are on the screen now, in place of others. */
  show(shown: Shown, offset: number): void {
    this.shown = shown;
    this.offset = offset;
    this.taken = '';
    if (shown.items.length > 0) this.statistics.show();
  }

  /** What is left of them where the cursor is now, null if nothing is. */
  restAt(now: {
    readonly document: string;
    readonly prefix: string;
    readonly suffix: string;
  }): CompletionItem[] | null {
    return this.shown && typedThrough(this.shown, now);
  }

  clear(): void {
    this.shown = null;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private accepted(length: number): void {
    this.statistics.accept(length);
    this.edits.accepted();
    this.shown = null;
    setContextKeys({ accepted: true });
  }

  private changed(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const [change] = changes;
    if (this.shown?.document !== document.uri.toString() || changes.length !== 1 || change === undefined) return;
    if (change.rangeOffset !== this.offset + this.taken.length || change.rangeLength > 0) return;
    const taken = this.taken + change.text;
    // Of a whole completion nothing is left, and the command counts it.
    if (!this.shown.items.some(({ text }) => text.length > taken.length && text.startsWith(taken))) return;
    this.taken = taken;
    if (change.text.length <= 1) return;
    this.statistics.acceptPart(change.text.length);
    setContextKeys({ accepted: true });
  }
}
