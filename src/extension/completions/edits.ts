import * as vscode from 'vscode';

/** What a person did to a document last. */
export type LastEdit = 'none' | 'typed' | 'deleted' | 'undone' | 'inserted';

export interface EditEvent {
  readonly undone: boolean;
  readonly changes: readonly { readonly rangeLength: number; readonly text: string }[];
}

/**
 * The kind of a change: text that a key puts in (an editor adds the closing bracket or the indentation to it) was typed;
 * longer text was pasted, accepted or put in by a program.
 */
export function classifyEdit({ undone, changes }: EditEvent): LastEdit {
  if (undone) return 'undone';
  if (changes.length === 0) return 'none';
  const isShort = changes.every(({ text }) => text.trim().length <= 2);
  if (changes.every(({ text }) => text === '')) return 'deleted';
  return isShort ? 'typed' : 'inserted';
}

/** Remembers what was done last to the document that was changed last. */
export class Edits implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private uri = '';
  private last: LastEdit = 'none';

  constructor() {
    this.subscription = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
      if (contentChanges.length === 0) return;
      this.uri = document.uri.toString();
      this.last = classifyEdit({ undone: reason !== undefined, changes: contentChanges });
    });
  }

  lastOf(document: vscode.TextDocument): LastEdit {
    return document.uri.toString() === this.uri ? this.last : 'none';
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
