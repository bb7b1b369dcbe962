import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import { checkpointPath } from '../../model/training/checkpoint';
import type { TrainResult } from '../../process/protocol';
import type { ModelStore } from '../models/modelStore';
import type { Settings } from '../settings';
import { budgetsFor, describeMinutes } from './plan';
import type { Training } from './training';

/**
 * Goes on with a training, be it stopped or finished, for some minutes more: that of the model in use if none is given.
 *
 * @returns undefined when the person thought better of it.
 */
export async function keepTraining(
  { training, models, settings }: { training: Training; models: ModelStore; settings: Settings },
  folder = models.current?.path,
  minutes?: number,
): Promise<TrainResult | undefined> {
  if (folder === undefined || !existsSync(checkpointPath(folder))) {
    throw new UserError(
      vscode.l10n.t('This model was not trained here, so that its training can not go on: use "Train on Workspace".'),
    );
  }
  const chosen = minutes ?? (await askForMinutes(settings.get('training.minutes')));
  return chosen === undefined ? undefined : training.keepTraining(folder, chosen);
}

async function askForMinutes(preferred: number): Promise<number | undefined> {
  const items = budgetsFor(preferred).map((minutes) => ({
    label: `$(clock) ${describeMinutes(minutes)}`,
    description: minutes === preferred ? vscode.l10n.t('as your settings say') : '',
    minutes,
  }));
  const title = vscode.l10n.t('Keep Training: how much longer?');
  return (await vscode.window.showQuickPick(items, { title }))?.minutes;
}
