import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import type { SourceOptions } from '../../process/protocol';
import type { Settings } from '../settings';

/**
 * What a training reads: the folders of the workspace, as the settings say.
 *
 * @throws UserError where nothing can be trained on: no folder, Restricted Mode, no files on disk.
 */
export function trainingSources(settings: Settings): SourceOptions {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    throw new UserError(vscode.l10n.t('There is no folder open to train on: open one and train again.'));
  }
  requireTrust();
  const onDisk = folders.filter(({ uri }) => uri.scheme === 'file');
  if (onDisk.length === 0) {
    throw new UserError(
      vscode.l10n.t('This workspace has no files on disk to train on: open a folder of this machine and train again.'),
    );
  }
  const [include, exclude] = [settings.get('include'), settings.get('exclude')];
  return {
    folders: onDisk.map(({ uri }) => uri.fsPath),
    ...(include.length > 0 && { include }),
    ...(exclude.length > 0 && { exclude }),
    maxFileSize: 1000 * settings.get('maxFileSize'),
  };
}

/** @throws UserError in Restricted Mode, where nobody has said yet that the files of the workspace may be worked on. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(vscode.l10n.t('Nothing is trained in Restricted Mode: trust this workspace and train again.'));
}
