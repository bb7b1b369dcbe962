import * as vscode from 'vscode';
import { setContextKeys } from '../contextKeys';
import type { Statistics } from '../statistics';

/** A completion on the screen. */
interface Shown {
  readonly document: vscode.TextDocument;
  /** Where it begins. */
  readonly offset: number;
  /** What is left of it; typing and accepting in part take from its front. */
  readonly text: string;
}

/** Run by VS Code when a completion is accepted whole. */
export const acceptedCommand = 'unreasonable.internal.accepted';

/**
 * The completions on the screen. Text that is typed through them, or accepted by word or line, takes from their front,
 * so that what is left can be shown on with nothing asked of the model. It is also where acceptance is counted: VS Code
 * tells of a whole one; a part shows as a change that puts in the beginning, longer than what a key types.
 */
export class OnScreen implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private shown: readonly Shown[] = [];

  constructor(private readonly statistics: Statistics) {
    this.subscription = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) =>
        this.changed(document, contentChanges),
      ),
      vscode.commands.registerCommand(acceptedCommand, (length: number) => this.accepted(length)),
    );
  }

  /** These choices are on the screen now, in place of others. */
  show(document: vscode.TextDocument, offset: number, texts: readonly string[]): void {
    this.shown = texts.map((text) => ({ document, offset, text }));
    if (texts.length > 0) this.statistics.show();
  }

  /** What is left of completions that began before this place. */
  restAt(document: vscode.TextDocument, offset: number): string[] {
    return this.shown.filter((shown) => shown.document === document && shown.offset === offset).map(({ text }) => text);
  }

  clear(): void {
    this.shown = [];
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private accepted(length: number): void {
    this.statistics.accept(length);
    this.shown = [];
    setContextKeys({ accepted: true });
  }

  private changed(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    if (changes.length === 0 || this.shown.length === 0) return;
    this.shown = this.shown.flatMap((shown) => takeFront(shown, document, changes));
    const accepted = changes[0]!.text;
    // Nothing is left of a whole completion, which is counted by the command.
    if (this.shown.length === 0 || accepted.length <= 1) return;
    this.statistics.acceptPart(accepted.length);
    setContextKeys({ accepted: true });
  }
}

function takeFront(
  { document, offset, text }: Shown,
  changed: vscode.TextDocument,
  changes: readonly vscode.TextDocumentContentChangeEvent[],
): Shown[] {
  const [change] = changes;
  if (changed !== document || changes.length !== 1 || change === undefined) return [];
  if (change.rangeOffset !== offset || change.rangeLength > 0 || !text.startsWith(change.text)) return [];
  const rest = text.slice(change.text.length);
  return rest === '' ? [] : [{ document, offset: offset + change.text.length, text: rest }];
}
