import * as vscode from 'vscode';
import { formatCompact, formatCount, formatDuration } from '../../cli/format';
import type { TrainEvent } from '../../model/training/options';

export type StepEvent = Extract<TrainEvent, { type: 'step' }>;

/** How much of a training is done, 0 to 1: of its steps, or of its time as long as these are not known. */
export function shareDone({ step, totalSteps, secondsElapsed, secondsLeft }: StepEvent): number {
  if (totalSteps > 0) return Math.min(1, step / totalSteps);
  const seconds = secondsElapsed + secondsLeft;
  return seconds > 0 ? Math.min(1, secondsElapsed / seconds) : 0;
}

/** What a training is at, in the order in which people ask. */
export function describeStep(event: StepEvent, device: string): string {
  return [
    `${Math.floor(100 * shareDone(event))} %`,
    vscode.l10n.t('step {0}', formatCount(event.step)),
    vscode.l10n.t('{0} bits per character', event.bitsPerCharacter.toFixed(2)),
    vscode.l10n.t('{0} characters/s', formatCompact(event.charactersPerSecond)),
    device,
    vscode.l10n.t('{0} left', formatDuration(event.secondsLeft)),
  ].join(' · ');
}

/**
 * A model of source code that needs more bits than this for a character knows letters and no words: in the C sources of
 * Argon2, drawing each character by its frequency takes 4.8 bits, and by its frequency behind the one before it 3.2.
 */
const bitsOfBeginner = 3;

/** Whether a training came to so little that its model is of no use; unknown, so not said, where nothing was measured. */
export function hasHardlyLearned({ bitsPerCharacter }: { readonly bitsPerCharacter: number | null }): boolean {
  return bitsPerCharacter !== null && bitsPerCharacter > bitsOfBeginner;
}

const longestSample = 60;

/** The line of a sample that shows most of what the model has learned so far: the longest of the first few. */
export function sampleLine(text: string): string {
  const lines = text
    .split('\n')
    .slice(0, 12)
    .map((line) => line.replace(/[\s\u0000-\u001f\u007f-\u009f\ufffd]+/g, ' ').trim());
  const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), '');
  const characters = [...longest];
  return characters.length > longestSample ? `${characters.slice(0, longestSample - 1).join('')}…` : longest;
}
