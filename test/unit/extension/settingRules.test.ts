import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkSetting, complainAboutNumber, type SettingName, settingRules } from '../../../src/extension/settingRules';

const names = Object.keys(settingRules) as SettingName[];
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const texts: Record<string, string> = JSON.parse(readFileSync('package.nls.json', 'utf8'));
const declared: Record<string, { default: unknown; minimum?: number; maximum?: number; enum?: string[] }> =
  manifest.contributes.configuration.properties;

test('package.json declares the settings that are read, with the same defaults', () => {
  expect(Object.keys(declared)).toEqual(names.map((name) => `unreasonable.${name}`));
  for (const name of names) expect(declared[`unreasonable.${name}`]?.default).toEqual(settingRules[name].fallback);
});

test.for(names)('%s takes what package.json allows and no more', (name) => {
  const { minimum, maximum, enum: choices = [], default: fallback } = declared[`unreasonable.${name}`]!;
  const right = [fallback, minimum, maximum, ...choices].filter((value) => value !== undefined);
  for (const value of right) expect(checkSetting(name, value)).toEqual({ value, problem: null });
  const wrong = [null, undefined, {}, [1], ...(minimum === undefined ? [] : [minimum - 1e-6, maximum! + 1, '1'])];
  for (const value of wrong) {
    const { value: used, problem } = checkSetting(name, value);
    expect(used).toEqual(fallback);
    expect(problem).toContain(`unreasonable.${name} is`);
  }
});

test('a wrong value is told in one sentence with the value that is used', () => {
  expect(checkSetting('temperature', 'hot').problem).toBe(
    'The setting unreasonable.temperature is "hot", but has to be a number from 0 to 2: 0.7 is used instead.',
  );
  expect(checkSetting('include', ['*.{c,h}']).problem).toContain('without braces');
});

test('every text that package.json refers to is there, and no other', () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
  expect(new Set(used)).toEqual(new Set(Object.keys(texts)));
});

test('an answer in an input box is a number of the range', () => {
  expect(complainAboutNumber('hiddenSize', '256')).toBeNull();
  expect(complainAboutNumber('minutes', '0.5')).toBeNull();
  for (const text of ['', ' ', 'many', '0', '1.5', '9000']) {
    expect(complainAboutNumber('hiddenSize', text)).toBe('Give a whole number from 1 to 8192.');
  }
});
