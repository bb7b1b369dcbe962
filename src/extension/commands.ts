import * as vscode from 'vscode';
import { Cancelled, ProcessDied } from '../process/errors';
import type { Problems } from './problems';

/** Every command, as package.json names it, without the prefix. */
export const commandNames = [
  'trainOnWorkspace',
  'stopTraining',
  'resumeTraining',
  'keepTraining',
  'showDashboard',
  'generateFakeFile',
  'continueHere',
  'showPredictions',
  'showNeurons',
  'toggleSurprise',
  'showSurprisingPlaces',
  'setTemperature',
  'chooseModel',
  'exportModel',
  'deleteModel',
  'toggleCompletions',
  'toggleCompletionsForLanguage',
  'setUpTensorFlow',
  'showStatistics',
  'showLog',
  'showMenu',
] as const;

export type CommandName = (typeof commandNames)[number];

/** What a command does; what it returns is for tests and other extensions. */
export type CommandHandlers = Record<CommandName, (...parameters: never[]) => unknown>;

/** Registers all commands. What one throws is told to the person, each time that the person asks for it. */
export function registerCommands(handlers: CommandHandlers, problems: Problems): vscode.Disposable {
  const registered = commandNames.map((name) =>
    vscode.commands.registerCommand(commandId(name), async (...parameters: never[]) => {
      problems.forget();
      try {
        return await handlers[name](...parameters);
      } catch (error) {
        if (!isKnown(error)) problems.tell(error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

/** Whether the person knows already: they cancelled it themselves, or were told when a process died. */
function isKnown(error: unknown): boolean {
  return error instanceof vscode.CancellationError || error instanceof Cancelled || error instanceof ProcessDied;
}

export function commandId(name: CommandName): string {
  return `unreasonable.${name}`;
}

export function runCommand(name: CommandName, ...parameters: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(commandId(name), ...parameters);
}
