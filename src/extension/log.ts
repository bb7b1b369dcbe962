import * as vscode from 'vscode';

/** The log channel: what happened, for whoever wants to know; the level is set in VS Code itself. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Unreasonable', { log: true });
}
