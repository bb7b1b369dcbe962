import * as vscode from 'vscode';
import { Cancelled } from '../../../process/errors';
import { compare, compareProgress } from '../../../process/protocol';
import type { Processes } from '../../models/processes';
import type { Settings } from '../../settings';
import { trainingSources } from '../../training/sources';

/**
 * Compares the model of a training with n-gram models of the workspace, in a process of its own; the result is then in
 * the folder. Does nothing more when the person cancels it.
 */
export async function compareWithNgrams(
  { processes, settings }: { readonly processes: Processes; readonly settings: Settings },
  folder: string,
): Promise<void> {
  const sources = trainingSources(settings);
  const process = await processes.create({ kind: 'training' });
  const title = vscode.l10n.t('Unreasonable is comparing the model with n-grams');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  try {
    await vscode.window.withProgress(options, (progress, token) => {
      let before = 0;
      const show = (share: number) => {
        progress.report({ message: `${Math.floor(100 * share)} %`, increment: 100 * (share - before) });
        before = share;
      };
      return process.requestWithProgress(compare, { sources, folder }, compareProgress, show, token);
    });
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
  } finally {
    await process.dispose();
  }
}
