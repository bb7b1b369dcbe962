import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { TrainOptions } from '../../model/training/options';
import { chooseRecipe } from '../../model/training/recipe';
import { suitableBase } from '../../model/training/suitableBase';
import type { PreviewResult } from '../../process/protocol';
import { complainAboutNumber, hiddenSizes } from '../settingRules';
import type { Settings } from '../settings';
import { hasFreeSize, type TrainingPlan } from './plan';

const titleOf = ([step, of]: Count) => `${vscode.l10n.t('Train on Workspace: Custom')} (${step}/${of})`;

type Sizes = Pick<TrainingPlan, 'hiddenSize' | 'numLayers'>;

/** Which question of how many, for the title. */
type Count = readonly [step: number, of: number];

/**
 * Asks for the time, the size and the layers if these can be chosen, dropout and the backend; undefined if the person
 * gives up on the way.
 */
export async function chooseCustomPlan(settings: Settings, preview: PreviewResult): Promise<TrainingPlan | undefined> {
  const startFrom = settings.get('training.startFrom');
  const choosesSizes = hasFreeSize(startFrom);
  const count = choosesSizes ? 5 : 3;
  const minutes = await askNumber('minutes', vscode.l10n.t('Minutes'), settings.get('training.minutes'), [1, count]);
  if (minutes === undefined) return undefined;
  const { characters, vocabularySize } = preview;
  const means = { characters, vocabularySize, threads: availableParallelism() };
  const options = { source: [], out: '', minutes };
  const base = startFrom === 'auto' ? suitableBase(options) : null;
  const recipe = chooseRecipe({ ...options, ...base?.shape }, { ...means, pretrained: base !== null });
  const sizes = choosesSizes ? await askSizes(settings, recipe) : {};
  if (sizes === undefined) return undefined;
  const dropout = await askNumber(
    'dropout',
    vscode.l10n.t('Dropout: the share of units that rest in each step; 0 for much text, more for little'),
    recipe.dropout,
    [count - 1, count],
  );
  if (dropout === undefined) return undefined;
  const backend = await askBackend(settings.get('training.backend'), [count, count]);
  return backend && { minutes, ...sizes, dropout, backend };
}

async function askSizes(settings: Settings, recipe: Required<Sizes>): Promise<Sizes | undefined> {
  const size = settings.get('training.modelSize');
  const suggested = size === 'auto' ? recipe.hiddenSize : hiddenSizes[size];
  const units = vscode.l10n.t('Units in each layer (hidden size)');
  const hiddenSize = await askNumber('hiddenSize', units, suggested, [2, 5]);
  if (hiddenSize === undefined) return undefined;
  const numLayers = await askNumber('numLayers', vscode.l10n.t('Layers'), recipe.numLayers, [3, 5]);
  return numLayers === undefined ? undefined : { hiddenSize, numLayers };
}

async function askNumber(
  name: 'minutes' | 'hiddenSize' | 'numLayers' | 'dropout',
  prompt: string,
  value: number,
  count: Count,
): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title: titleOf(count),
    prompt,
    value: String(value),
    ignoreFocusOut: true,
    validateInput: (text) => complainAboutNumber(name, text),
  });
  return answer === undefined ? undefined : Number(answer);
}

async function askBackend(
  preferred: NonNullable<TrainOptions['backend']>,
  count: Count,
): Promise<TrainOptions['backend']> {
  const items = [
    { label: 'auto', description: vscode.l10n.t('the fastest that works here'), backend: 'auto' as const },
    { label: 'onnx', description: vscode.l10n.t('ONNX Runtime on the CPU'), backend: 'onnx' as const },
    { label: 'webgpu', description: vscode.l10n.t('a GPU by WebGPU'), backend: 'webgpu' as const },
    { label: 'tensorflow', description: vscode.l10n.t('TensorFlow, where installed'), backend: 'tensorflow' as const },
  ];
  const picked = await vscode.window.showQuickPick(
    items.sort((a, b) => Number(b.backend === preferred) - Number(a.backend === preferred)),
    { title: titleOf(count), placeHolder: vscode.l10n.t('What does the arithmetic?'), ignoreFocusOut: true },
  );
  return picked?.backend;
}
