import * as vscode from 'vscode';
import { pickOne } from './pickOne';
import { checkSetting } from './settingRules';
import type { Settings } from './settings';

interface TemperatureItem extends vscode.QuickPickItem {
  readonly temperature: number | null;
}

/** What the temperatures do, in plain words. */
const meanings = (): [number, string][] => [
  [0, vscode.l10n.t('Always the likeliest character: the same text each time, soon in circles')],
  [0.3, vscode.l10n.t('Careful: the most common phrases of your code')],
  [0.5, vscode.l10n.t('Tame: mostly sensible, a little repetitive')],
  [0.7, vscode.l10n.t('Balanced: plausible and varied')],
  [1, vscode.l10n.t('As learned: each character as often as the model holds it likely')],
  [1.3, vscode.l10n.t('Wild: invented words, bold ideas')],
];

/** Asks for the temperature of generated text, or takes the given one. Returns what is set, undefined if nothing. */
export async function setTemperature(settings: Settings, given?: number): Promise<number | undefined> {
  const temperature = given ?? (await ask(settings.get('temperature')));
  if (temperature === undefined || complain(temperature) !== null) return undefined;
  await settings.set('temperature', temperature);
  return temperature;
}

async function ask(current: number): Promise<number | undefined> {
  const items: TemperatureItem[] = meanings().map(([temperature, detail]) => ({
    label: temperature.toFixed(1),
    description: temperature === current ? vscode.l10n.t('now') : '',
    detail,
    temperature,
  }));
  items.push({ label: vscode.l10n.t('Another…'), description: vscode.l10n.t('now {0}', current), temperature: null });
  const active = items.find((item) => item.temperature === current);
  const picked = await pickOne(items, active, {
    title: vscode.l10n.t('Set Temperature'),
    placeholder: vscode.l10n.t('How daring shall generated text be? Completions have a setting of their own.'),
  });
  return picked?.temperature ?? (picked === undefined ? undefined : askNumber(current));
}

async function askNumber(current: number): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set Temperature'),
    prompt: vscode.l10n.t('From 0, always the likeliest character, to 2, nearly at random'),
    value: String(current),
    validateInput: (text) => complain(text.trim() === '' ? Number.NaN : Number(text)),
  });
  return answer === undefined ? undefined : Number(answer);
}

function complain(temperature: number): string | null {
  return checkSetting('temperature', temperature).problem === null ? null : vscode.l10n.t('Give a number from 0 to 2.');
}
