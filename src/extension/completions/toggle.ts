import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import type { Settings } from '../settings';

/** Switches completions on or off everywhere; returns whether they are on now. */
export async function toggleCompletions(settings: Settings): Promise<boolean> {
  const enabled = !settings.get('completion.enabled');
  await settings.set('completion.enabled', enabled);
  return enabled;
}

/** Switches completions on or off in the language of the editor in front; returns whether they are on now. */
export async function toggleCompletionsForLanguage(settings: Settings): Promise<boolean> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) {
    throw new UserError(vscode.l10n.t('There is no editor whose language could be meant: open a file.'));
  }
  const enabled = !settings.get('completion.enabled', document);
  await settings.set('completion.enabled', enabled, document.languageId);
  return enabled;
}
