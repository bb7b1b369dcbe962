import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { TrainOptions } from '../../model/training/options';
import { chooseRecipe } from '../../model/training/recipe';
import type { PreviewResult } from '../../process/protocol';
import { complainAboutNumber, hiddenSizes } from '../settingRules';
import type { Settings } from '../settings';
import type { TrainingPlan } from './plan';

const title = () => vscode.l10n.t('Train on Workspace: Custom');

/** Asks for the time, the size, the layers, dropout and the backend; undefined if the person gives up on the way. */
export async function chooseCustomPlan(settings: Settings, preview: PreviewResult): Promise<TrainingPlan | undefined> {
  const minutes = await askNumber('minutes', vscode.l10n.t('Minutes'), settings.get('training.minutes'), 1);
  if (minutes === undefined) return undefined;
  const { characters, vocabularySize } = preview;
  const means = { characters, vocabularySize, threads: availableParallelism() };
  const size = settings.get('training.modelSize');
  const recipe = chooseRecipe({ source: '', out: '', minutes }, means);
  const suggested = size === 'auto' ? recipe.hiddenSize : hiddenSizes[size];
  const hiddenSize = await askNumber('hiddenSize', vscode.l10n.t('Units in each layer (hidden size)'), suggested, 2);
  if (hiddenSize === undefined) return undefined;
  const numLayers = await askNumber('numLayers', vscode.l10n.t('Layers'), recipe.numLayers, 3);
  if (numLayers === undefined) return undefined;
  const dropout = await askNumber(
    'dropout',
    vscode.l10n.t('Dropout: the share of units that rest in each step; 0 for much text, more for little'),
    recipe.dropout,
    4,
  );
  if (dropout === undefined) return undefined;
  const backend = await askBackend(settings.get('training.backend'));
  return backend && { minutes, hiddenSize, numLayers, dropout, backend };
}

async function askNumber(
  name: 'minutes' | 'hiddenSize' | 'numLayers' | 'dropout',
  prompt: string,
  value: number,
  step: number,
): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title: `${title()} (${step}/5)`,
    prompt,
    value: String(value),
    ignoreFocusOut: true,
    validateInput: (text) => complainAboutNumber(name, text),
  });
  return answer === undefined ? undefined : Number(answer);
}

async function askBackend(preferred: NonNullable<TrainOptions['backend']>): Promise<TrainOptions['backend']> {
  const items = [
    { label: 'auto', description: vscode.l10n.t('the fastest that works here'), backend: 'auto' as const },
    { label: 'onnx', description: vscode.l10n.t('ONNX Runtime on the CPU'), backend: 'onnx' as const },
    { label: 'webgpu', description: vscode.l10n.t('a GPU by WebGPU'), backend: 'webgpu' as const },
    { label: 'tensorflow', description: vscode.l10n.t('TensorFlow, where installed'), backend: 'tensorflow' as const },
  ];
  const picked = await vscode.window.showQuickPick(
    items.sort((a, b) => Number(b.backend === preferred) - Number(a.backend === preferred)),
    { title: `${title()} (5/5)`, placeHolder: vscode.l10n.t('What does the arithmetic?'), ignoreFocusOut: true },
  );
  return picked?.backend;
}
