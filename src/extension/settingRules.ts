import * as vscode from 'vscode';
import { ranges } from '../model/training/options';

// What each setting may be. package.json says the same to the settings editor, which a person may bypass by writing the
// file; a test holds the two together.

/** A setting as it is used, and a sentence about a value that can't be. */
export interface Checked<T> {
  readonly value: T;
  readonly problem: string | null;
}

interface Rule<T> {
  readonly fallback: T;
  /** What the value has to be, for people; null if it is. */
  complaint(value: unknown): string | null;
}

function number(fallback: number, minimum: number, maximum: number, whole = false): Rule<number> {
  return {
    fallback,
    complaint: (value) => {
      const fits = typeof value === 'number' && value >= minimum && value <= maximum;
      if (fits && (!whole || Number.isInteger(value))) return null;
      return whole
        ? vscode.l10n.t('a whole number from {0} to {1}', minimum, maximum)
        : vscode.l10n.t('a number from {0} to {1}', minimum, maximum);
    },
  };
}

function oneOf<const T extends string>(...choices: readonly [T, ...T[]]): Rule<T> {
  return {
    fallback: choices[0],
    complaint: (value) =>
      choices.includes(value as T)
        ? null
        : vscode.l10n.t('one of {0}', choices.map((choice) => `"${choice}"`).join(', ')),
  };
}

const flag: Rule<boolean> = {
  fallback: true,
  complaint: (value) => (typeof value === 'boolean' ? null : vscode.l10n.t('true or false')),
};

const text: Rule<string> = {
  fallback: '',
  complaint: (value) => (typeof value === 'string' ? null : vscode.l10n.t('a text')),
};

const patterns: Rule<readonly string[]> = {
  fallback: [],
  complaint: (value) =>
    Array.isArray(value) && value.every((pattern) => typeof pattern === 'string' && !/\{.*\}/.test(pattern))
      ? null
      : vscode.l10n.t('a list of .gitignore patterns, without braces'),
};

export const settingRules = {
  temperature: number(0.7, 0, 2),
  'completion.enabled': flag,
  'completion.confidence': number(0.6, 0.05, 1),
  'completion.temperature': number(0, 0, 2),
  'completion.maxLines': number(1, 1, 20, true),
  include: patterns,
  exclude: patterns,
  maxFileSize: number(1000, 1, 100_000, true),
  'training.minutes': number(10, 0.05, 10_000),
  'training.modelSize': oneOf('auto', 'small', 'medium', 'large'),
  'training.startFrom': oneOf('auto', 'none', 'linux', 'polyglot'),
  'training.backend': oneOf('auto', 'onnx', 'webgpu', 'tensorflow'),
  nodePath: text,
  tensorflowPath: text,
} satisfies Record<string, Rule<unknown>>;

export type SettingName = keyof typeof settingRules;
export type SettingValue<N extends SettingName> = (typeof settingRules)[N] extends Rule<infer T> ? T : never;

/** The value of a setting, or its default and a sentence that says what is wrong. */
export function checkSetting<N extends SettingName>(name: N, value: unknown): Checked<SettingValue<N>> {
  const rule: Rule<unknown> = settingRules[name];
  const complaint = rule.complaint(value);
  if (complaint === null) return { value: value as SettingValue<N>, problem: null };
  const given = JSON.stringify(value) ?? 'nothing';
  const used = JSON.stringify(rule.fallback);
  const problem = vscode.l10n.t(
    'The setting unreasonable.{0} is {1}, but has to be {2}: {3} is used instead.',
    ...[name, given, complaint, used],
  );
  return { value: rule.fallback as SettingValue<N>, problem };
}

/** Units of each layer by the name of a size; "auto" leaves them to the recipe. */
export const hiddenSizes = { small: 128, medium: 256, large: 512 } as const;

/** What an answer in an input box has to be; null when it is right. */
export function complainAboutNumber(name: keyof typeof ranges, text: string): string | null {
  const { minimum, maximum, ...range } = ranges[name];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const whole = 'whole' in range;
  if (value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) return null;
  return whole
    ? vscode.l10n.t('Give a whole number from {0} to {1}.', minimum, maximum)
    : vscode.l10n.t('Give a number from {0} to {1}.', minimum, maximum);
}
