import * as vscode from 'vscode';
import { UserError } from '../model/errors';
import { type CommandHandlers, commandNames, registerCommands } from './commands';
import { createLog } from './log';
import { Problems } from './problems';
import { StatusBar } from './statusBar';

export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const problems = new Problems(log);
  const statusBar = new StatusBar();
  const needsModel = () => {
    throw new UserError(vscode.l10n.t('There is no model yet: train one with "Train on Workspace".'));
  };
  const handlers: CommandHandlers = {
    ...(Object.fromEntries(commandNames.map((name) => [name, needsModel])) as unknown as CommandHandlers),
    showLog: () => log.show(),
  };
  context.subscriptions.push(log, statusBar, registerCommands(handlers, problems));
}
