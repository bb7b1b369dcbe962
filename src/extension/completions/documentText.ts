import * as vscode from 'vscode';
import type { DocumentContext, Indentation } from '../../process/protocol';

// What of a document goes to the model. Both ends count UTF-16 units.

const suffixLength = 1000;
const prefixStride = 2000;
const elsewhereLength = 10_000;

/**
 * Where the prefix begins: the last multiple of 2,000 that leaves at least 2,000 units. So it stays the same for many
 * keystrokes, and the model goes on from the state that it has.
 */
export function prefixStart(offset: number): number {
  return Math.max(0, Math.floor((offset - prefixStride) / prefixStride) * prefixStride);
}

/** The document, its path, and the text before a position. */
export function contextAt(document: vscode.TextDocument, position: vscode.Position): DocumentContext {
  const offset = document.offsetAt(position);
  const start = document.positionAt(prefixStart(offset));
  return {
    document: document.uri.toString(),
    path: pathOf(document),
    prefix: document.getText(new vscode.Range(start, position)),
  };
}

/** The text after a position, as far as completions look. */
export function suffixAt(document: vscode.TextDocument, position: vscode.Position): string {
  const end = document.positionAt(document.offsetAt(position) + suffixLength);
  return document.getText(new vscode.Range(position, end));
}

/**
 * The text in front of a prefix and that behind the cursor, as far as names are looked for.
 *
 * @param prefixEnd where the prefix of the document ends: the cursor, or before the word that the cursor is in.
 */
export function elsewhereAt(
  document: vscode.TextDocument,
  prefixEnd: vscode.Position,
  cursor: vscode.Position,
): string {
  const offset = document.offsetAt(cursor);
  const start = prefixStart(document.offsetAt(prefixEnd));
  const from = (first: number, last: number) =>
    document.getText(new vscode.Range(document.positionAt(Math.max(0, first)), document.positionAt(last)));
  return `${from(start - elsewhereLength, start)}\n${from(offset, offset + elsewhereLength)}`;
}

/** As documents are named in training; null for one without a name or from elsewhere. */
export function pathOf(document: vscode.TextDocument): string | null {
  const { uri } = document;
  if (uri.scheme === 'untitled' && !uri.path.startsWith('/')) return null;
  const file = uri.scheme === 'untitled' ? uri.with({ scheme: 'file' }) : uri;
  const path = vscode.workspace.asRelativePath(file);
  return path.startsWith('/') ? uri.path.slice(uri.path.lastIndexOf('/') + 1) : path;
}

/** How an editor indents this document. */
export function indentationOf(document: vscode.TextDocument): Indentation {
  const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
  const { insertSpaces, tabSize } = editor?.options ?? {};
  return {
    insertSpaces: typeof insertSpaces === 'boolean' ? insertSpaces : true,
    tabSize: typeof tabSize === 'number' ? tabSize : 4,
  };
}

export function endOfLineOf(document: vscode.TextDocument): '\n' | '\r\n' {
  return document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
}
