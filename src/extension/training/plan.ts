import * as vscode from 'vscode';
import type { TrainOptions } from '../../model/training/options';
import { defaultMinutes } from '../../model/training/recipe';
import { essaySteps } from '../../model/training/sampleMoments';
import { hiddenSizes } from '../settingRules';

/** What a person chooses about a training; the rest is the recipe's. */
export type TrainingPlan = Pick<
  TrainOptions,
  'initFrom' | 'minutes' | 'hiddenSize' | 'numLayers' | 'dropout' | 'backend' | 'seed' | 'validationEvery' | 'sampleAt'
>;

const budgets = [2, 10, 60];

/** The budgets on offer in minutes, the one of the setting first. */
export function budgetsFor(minutes: number): number[] {
  return [minutes, ...budgets.filter((budget) => budget !== minutes)];
}

/** "30 seconds", "1 minute", "10 minutes", "1 hour", "1.5 hours". */
export function describeMinutes(minutes: number): string {
  if (minutes < 1) return vscode.l10n.t('{0} seconds', Math.round(60 * minutes));
  if (minutes === 1) return vscode.l10n.t('1 minute');
  if (minutes < 60) return vscode.l10n.t('{0} minutes', rounded(minutes));
  return minutes === 60 ? vscode.l10n.t('1 hour') : vscode.l10n.t('{0} hours', rounded(minutes / 60));
}

function rounded(count: number): number {
  return Math.round(100 * count) / 100;
}

/** The plan of a budget and the settings. */
export function planOf(
  minutes: number | undefined,
  modelSize: 'auto' | keyof typeof hiddenSizes,
  backend: NonNullable<TrainOptions['backend']>,
): TrainingPlan {
  return {
    minutes: minutes ?? defaultMinutes,
    backend,
    ...(modelSize !== 'auto' && { hiddenSize: hiddenSizes[modelSize] }),
  };
}

/**
 * The plan of a training that starts from a model, if the plan names no other. A model to start from has a size of its
 * own, so that none can be planned: `auto` starts from one only where no other size is.
 */
export function startingFrom(startFrom: string, plan: TrainingPlan): TrainingPlan {
  const { hiddenSize, numLayers, initFrom = startFrom, ...rest } = plan;
  return hasFreeSize(initFrom) ? { ...plan, initFrom } : { ...rest, initFrom };
}

/** Whether the size of a model can be chosen that starts from this. */
export function hasFreeSize(startFrom: string): boolean {
  return startFrom === 'none' || startFrom === 'auto';
}

/**
 * The steps at which samples are drawn: often at first, when much changes, then ever more seldom, so that they cost little
 * of any training; those of the essay among them.
 */
export const sampleSteps: readonly number[] = [
  ...new Set([...Array.from({ length: 40 }, (_, i) => Math.round(20 * 1.3 ** i)), ...essaySteps]),
].sort((a, b) => a - b);
