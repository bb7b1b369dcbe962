import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../../src/extension/extension';

export const extensionId = 'unreasonable.unreasonable';

/** The extension, activated. */
export async function openExtension(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>(extensionId);
  assert.ok(extension, `${extensionId} is not installed`);
  return extension.activate();
}

export function run<T>(name: string, ...parameters: unknown[]): Thenable<T> {
  return vscode.commands.executeCommand<T>(`unreasonable.${name}`, ...parameters);
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 240): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; ) {
    if (await holds()) return;
    await sleep(50);
  }
  assert.fail(`${what} did not come true in ${seconds} s`);
}

/** The folder that is open in this window. */
export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'the suite wants a window with a folder of its own, which it writes to');
  return folder.uri;
}
