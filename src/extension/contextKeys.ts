import * as vscode from 'vscode';

/** What the `when` clauses of package.json ask for. */
export interface ContextKeys {
  readonly hasModel: boolean;
  /** It did not come with the extension. */
  readonly hasOwnModel: boolean;
  readonly training: boolean;
  readonly resumable: boolean;
  readonly accepted: boolean;
  readonly surpriseShown: boolean;
}

const current = new Map<string, boolean>();

/** Tells VS Code what has changed. */
export function setContextKeys(keys: Partial<ContextKeys>): void {
  for (const [name, value] of Object.entries(keys)) {
    if (current.get(name) === value) continue;
    current.set(name, value);
    void vscode.commands.executeCommand('setContext', `unreasonable.${name}`, value);
  }
}
