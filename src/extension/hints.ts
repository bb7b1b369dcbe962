import * as vscode from 'vscode';

const key = 'inlineSuggestHint';

/** Says once, ever, that completions can't be seen because VS Code's own switch for them is off. */
export async function hintAtInlineSuggest(globalState: vscode.Memento): Promise<void> {
  const editor = vscode.workspace.getConfiguration('editor');
  if (editor.get('inlineSuggest.enabled') !== false || globalState.get(key) === true) return;
  await globalState.update(key, true);
  const switchOn = vscode.l10n.t('Switch On');
  const message = vscode.l10n.t('Completions stay hidden, because the setting editor.inlineSuggest.enabled is off.');
  if ((await vscode.window.showWarningMessage(message, switchOn)) !== switchOn) return;
  await editor.update('inlineSuggest.enabled', true, vscode.ConfigurationTarget.Global);
}
