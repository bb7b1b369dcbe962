import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import { acquireLock, FolderHeld, type Lock } from '../../model/files/lock';

/**
 * Takes the storage of the workspace for the training of this window.
 *
 * @throws UserError when another window trains on the same workspace.
 */
export async function lockStorage(folder: string): Promise<Lock> {
  try {
    return await acquireLock(folder);
  } catch (error) {
    if (!(error instanceof FolderHeld)) throw error;
    throw new UserError(
      vscode.l10n.t('Another window is training on this workspace: stop it there, or wait until it is done.'),
      { cause: error },
    );
  }
}

/** Waits until no training writes to a folder; false if one still does after `milliseconds`. */
export async function becomesFree(folder: string, milliseconds: number): Promise<boolean> {
  try {
    const lock = await acquireLock(folder, milliseconds);
    await lock.release();
    return true;
  } catch (error) {
    if (error instanceof FolderHeld) return false;
    throw error;
  }
}
