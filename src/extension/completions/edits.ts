import * as vscode from 'vscode';
import type { Change } from '../../model/completion/requestRules';

export interface EditEvent {
  readonly undone: boolean;
  readonly changes: readonly { readonly text: string }[];
}

/**
 * The kind of a change: text that a key puts in (an editor adds the closing bracket or the indentation to it) was typed;
 * longer text was pasted or put in by a program.
 */
export function classifyEdit({ undone, changes }: EditEvent): Change {
  if (undone) return 'undone';
  if (changes.every(({ text }) => text === '')) return 'deleted';
  return changes.every(({ text }) => text.trim().length <= 2) ? 'typed' : 'other';
}

/** Remembers what was done last to the document that was changed last. */
export class Edits implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private uri = '';
  private last: Change | null = null;

  constructor() {
    this.subscription = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
      if (contentChanges.length === 0) return;
      this.uri = document.uri.toString();
      this.last = classifyEdit({ undone: reason !== undefined, changes: contentChanges });
    });
  }

  /** The last change was that a completion was accepted. */
  accepted(): void {
    this.last = 'accepted';
  }

  lastOf(document: vscode.TextDocument): Change | null {
    return document.uri.toString() === this.uri ? this.last : null;
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
