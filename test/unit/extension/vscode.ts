import { Emitter } from 'vscode-jsonrpc/node';

// What stands for VS Code's own module where there is no VS Code: what makes texts, and as much of its windows as
// answers by itself. A test that wants other answers spies on `window`.

export const l10n = {
  t: (text: string, ...values: (string | number)[]) => text.replace(/\{(\d+)\}/g, (_, index) => String(values[index])),
};

export { CancellationTokenSource, Emitter as EventEmitter } from 'vscode-jsonrpc/node';

export const ProgressLocation = { Notification: 15 };
export const QuickPickItemKind = { Separator: -1 };
export const ConfigurationTarget = { Global: 1, Workspace: 2 };

const neverCancelled = { isCancellationRequested: false, onCancellationRequested: new Emitter<void>().event };

export const window = {
  showInformationMessage: async (..._texts: string[]): Promise<string | undefined> => undefined,
  /** A person who takes what is suggested. */
  showInputBox: async ({ value }: { title?: string; value?: string }): Promise<string | undefined> => value,
  showQuickPick: async <T>(items: readonly T[]): Promise<T | undefined> => items[0],
  withProgress: async <T>(
    _options: unknown,
    task: (progress: { report(value: unknown): void }, token: typeof neverCancelled) => Promise<T>,
  ): Promise<T> => task({ report: () => {} }, neverCancelled),
};

export const workspace = { isTrusted: true, workspaceFolders: [{ uri: { scheme: 'file', fsPath: '/workspace' } }] };

export const commands = { executeCommand: async (): Promise<unknown> => undefined };
