import * as vscode from 'vscode';
import type { PreviewResult } from '../../process/protocol';
import type { Settings } from '../settings';
import { chooseCustomPlan } from './customPlan';
import { budgetsFor, describeMinutes, planOf, type TrainingPlan } from './plan';
import type { PreviewDocument } from './previewDocument';
import { summarizeExclusions, summarizeLanguages, summarizePreview } from './previewText';

interface PlanItem extends vscode.QuickPickItem {
  readonly minutes?: number;
  readonly action?: 'custom' | 'preview';
}

/** Shows what a training would read and asks how long it shall take; undefined if the person thinks better of it. */
export async function choosePlan(
  preview: PreviewResult,
  settings: Settings,
  document: PreviewDocument,
): Promise<TrainingPlan | undefined> {
  for (;;) {
    const picked = await vscode.window.showQuickPick(itemsFor(preview, settings), {
      title: vscode.l10n.t('Train on Workspace: {0}', summarizePreview(preview)),
      placeHolder: vscode.l10n.t('How long? More time makes a better model; Stop Training keeps the best so far.'),
      ignoreFocusOut: true,
      matchOnDescription: true,
    });
    if (picked === undefined) return undefined;
    if (picked.action === 'custom') return chooseCustomPlan(settings, preview);
    if (picked.action === undefined) {
      return planOf(picked.minutes, settings.get('training.modelSize'), settings.get('training.backend'));
    }
    await document.show(preview);
  }
}

function itemsFor(preview: PreviewResult, settings: Settings): PlanItem[] {
  const preferred = settings.get('training.minutes');
  const budgets = budgetsFor(preferred).map((minutes) => ({
    label: `$(clock) ${describeMinutes(minutes)}`,
    description: minutes === preferred ? vscode.l10n.t('as your settings say') : '',
    minutes,
  }));
  const leftOut = summarizeExclusions(preview);
  return [
    ...budgets,
    {
      label: `$(settings) ${vscode.l10n.t('Custom…')}`,
      description: vscode.l10n.t('time, size, layers, dropout, backend'),
      action: 'custom',
    },
    { label: vscode.l10n.t('What is read'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(files) ${summarizePreview(preview)}`,
      description: summarizeLanguages(preview),
      detail: leftOut === '' ? vscode.l10n.t('Nothing is left out.') : vscode.l10n.t('Left out: {0}', leftOut),
      action: 'preview',
    },
  ];
}
