import * as vscode from 'vscode';
import { setUpTensorFlow as request, type SetUpTensorFlowResult, setupLine } from '../../process/protocol';
import type { Processes } from '../models/processes';
import type { Settings } from '../settings';

/** Which TensorFlow: one that is downloaded, or that of a Python. */
export interface SetUpRequest {
  readonly python?: string;
}

/**
 * Installs TensorFlow where trainings find it, after asking which; what it comes to is told in a notification.
 *
 * @returns undefined when the person thought better of it.
 */
export async function setUpTensorFlow(
  processes: Processes,
  settings: Settings,
  log: vscode.LogOutputChannel,
  given?: SetUpRequest,
): Promise<SetUpTensorFlowResult | undefined> {
  const chosen = given ?? (await choose());
  if (chosen === undefined) return undefined;
  const out = settings.get('tensorflowPath');
  const process = await processes.create({ kind: 'training' });
  try {
    const title = vscode.l10n.t('Unreasonable is setting up TensorFlow');
    const result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        process.onNotification(setupLine, (line) => {
          log.info(`[tensorflow] ${line}`);
          progress.report({ message: line.slice(0, 60) });
        });
        return process.request(request, { ...chosen, ...(out !== '' && { out }) }, token);
      },
    );
    log.info(result.message);
    void announce(result);
    return result;
  } finally {
    await process.dispose();
  }
}

async function choose(): Promise<SetUpRequest | undefined> {
  const download = {
    label: vscode.l10n.t('Download TensorFlow 2.9'),
    description: vscode.l10n.t('for a GPU with CUDA 11.2 and cuDNN 8.1; some hundred megabytes'),
  };
  const python = {
    label: vscode.l10n.t('Use the TensorFlow of a Python'),
    description: vscode.l10n.t('for CUDA 12 or 13; needs a C++ compiler and make'),
  };
  const placeHolder = vscode.l10n.t('Where does the backend "tensorflow" get its library from?');
  const chosen = await vscode.window.showQuickPick([download, python], { placeHolder });
  if (chosen !== python) return chosen && {};
  const path = await vscode.window.showInputBox({
    value: 'python3',
    prompt: vscode.l10n.t('A Python in which tensorflow[and-cuda] is installed'),
  });
  return path ? { python: path } : undefined;
}

async function announce({ gpu, message }: SetUpTensorFlowResult): Promise<void> {
  if (!gpu) await vscode.window.showWarningMessage(message);
  else await vscode.window.showInformationMessage(message);
}
