import * as vscode from 'vscode';
import { formatCount } from '../../cli/format';
import type { TrainResult } from '../../process/protocol';
import { type CommandName, runCommand } from '../commands';
import { hasHardlyLearned } from './progressText';

type End = Pick<TrainResult, 'reason' | 'step' | 'bitsPerCharacter'>;

/** Says that a training has ended, how far it came, and what can be done next. */
export function announceEnd(end: End): void {
  const stopped = end.reason === 'stopped';
  const buttons: [string, CommandName][] = [
    ...(hasHardlyLearned(end) && !stopped ? [trainAgain()] : [generate()]),
    ...(stopped ? [resume()] : []),
  ];
  const titles = buttons.map(([title]) => title);
  void vscode.window.showInformationMessage(describeEnd(end), ...titles).then((chosen) => {
    const button = buttons.find(([title]) => title === chosen);
    if (button !== undefined) void runCommand(button[1]);
  });
}

function describeEnd(end: End): string {
  const steps = vscode.l10n.t('{0} steps', formatCount(end.step));
  const bits = end.bitsPerCharacter?.toFixed(2);
  const result = bits === undefined ? steps : `${steps}, ${vscode.l10n.t('{0} bits per character', bits)}`;
  if (end.reason === 'stopped') return vscode.l10n.t('Training stopped; the best model is kept ({0}).', result);
  return hasHardlyLearned(end)
    ? vscode.l10n.t(
        'Training ended, but the model has hardly learned yet ({0}): give it more time, or a machine with less to do.',
        result,
      )
    : vscode.l10n.t('Training finished ({0}). Type, and the model completes.', result);
}

const generate = (): [string, CommandName] => [vscode.l10n.t('Generate Fake File'), 'generateFakeFile'];
const resume = (): [string, CommandName] => [vscode.l10n.t('Resume Training'), 'resumeTraining'];
const trainAgain = (): [string, CommandName] => [vscode.l10n.t('Train on Workspace'), 'trainOnWorkspace'];
