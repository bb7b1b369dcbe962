import * as vscode from 'vscode';
import { type CommandName, runCommand } from './commands';

/** What the menu needs to know to offer only what can work. */
export interface MenuFacts {
  /** What the status bar says, at more length. */
  readonly state: string;
  readonly hasModel: boolean;
  /** It did not come with the extension. */
  readonly hasOwnModel: boolean;
  readonly training: boolean;
  readonly resumable: boolean;
  readonly canTrain: boolean;
  readonly completionsEnabled: boolean;
  /** Of the editor in front, if there is one. */
  readonly language: { readonly id: string; readonly enabled: boolean } | null;
}

interface MenuItem extends vscode.QuickPickItem {
  readonly command?: CommandName;
}

/** The menu behind the status bar item. */
export async function showMenu(facts: MenuFacts): Promise<void> {
  const picked = await vscode.window.showQuickPick(itemsFor(facts), {
    title: 'Unreasonable',
    placeHolder: facts.state,
  });
  if (picked?.command !== undefined) await runCommand(picked.command);
}

function itemsFor(facts: MenuFacts): MenuItem[] {
  const { hasModel, hasOwnModel, training, resumable, canTrain, completionsEnabled, language } = facts;
  const toggle = (on: boolean) =>
    on ? vscode.l10n.t('Switch Completions Off') : vscode.l10n.t('Switch Completions On');
  return [
    ...item(training, 'debug-stop', vscode.l10n.t('Stop Training'), 'stopTraining'),
    ...item(canTrain && resumable && !training, 'debug-continue', vscode.l10n.t('Resume Training'), 'resumeTraining'),
    ...item(canTrain && !training, 'play', vscode.l10n.t('Train on Workspace'), 'trainOnWorkspace'),
    ...item(canTrain && hasOwnModel && !training, 'debug-continue', vscode.l10n.t('Keep Training'), 'keepTraining'),
    ...item(true, 'graph-line', vscode.l10n.t('Show Training Dashboard'), 'showDashboard'),
    ...item(hasModel, 'new-file', vscode.l10n.t('Generate Fake File'), 'generateFakeFile'),
    ...item(hasModel, 'edit', vscode.l10n.t('Continue Writing Here'), 'continueHere'),
    ...item(true, 'flame', vscode.l10n.t('Set Temperature'), 'setTemperature'),
    { label: vscode.l10n.t('Completions'), kind: vscode.QuickPickItemKind.Separator },
    ...item(true, completionsEnabled ? 'circle-slash' : 'check', toggle(completionsEnabled), 'toggleCompletions'),
    ...(language === null
      ? []
      : item(
          true,
          language.enabled ? 'circle-slash' : 'check',
          `${toggle(language.enabled)}: ${language.id}`,
          'toggleCompletionsForLanguage',
        )),
    ...item(true, 'graph', vscode.l10n.t('Show Statistics'), 'showStatistics'),
    ...(hasModel && language !== null ? lookingInside() : []),
    { label: vscode.l10n.t('Model'), kind: vscode.QuickPickItemKind.Separator },
    ...item(true, 'library', vscode.l10n.t('Choose Model'), 'chooseModel'),
    ...item(hasModel, 'export', vscode.l10n.t('Export Model as ONNX'), 'exportModel'),
    ...item(hasOwnModel && !training, 'trash', vscode.l10n.t('Delete Model'), 'deleteModel'),
    ...item(true, 'output', vscode.l10n.t('Show Log'), 'showLog'),
  ];
}

/** What shows how the model sees the text in front. */
function lookingInside(): MenuItem[] {
  return [
    { label: vscode.l10n.t('Inside the Model'), kind: vscode.QuickPickItemKind.Separator },
    ...item(true, 'lightbulb', vscode.l10n.t('Show Predictions'), 'showPredictions'),
    ...item(true, 'circuit-board', vscode.l10n.t('Show Neurons'), 'showNeurons'),
    ...item(true, 'symbol-color', vscode.l10n.t('Toggle Surprise Heat Map'), 'toggleSurprise'),
    ...item(true, 'list-ordered', vscode.l10n.t('Show Most Surprising Places'), 'showSurprisingPlaces'),
  ];
}

function item(when: boolean, icon: string, label: string, command: CommandName): MenuItem[] {
  return when ? [{ label: `$(${icon}) ${label}`, command }] : [];
}
