import * as vscode from 'vscode';
import { UserError } from '../model/errors';

/**
 * The editor with the text that a person looks at: the one in front, or beside a view that is in front.
 *
 * @throws UserError if no text is open.
 */
export function editorInFront(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (editor === undefined) throw new UserError(vscode.l10n.t('There is no text to look at: open a file.'));
  return editor;
}
