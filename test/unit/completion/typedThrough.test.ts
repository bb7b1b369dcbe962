import { expect, it } from 'vitest';
import { typedThrough } from '../../../src/model/completion/typedThrough';

const items = [
  { text: 'dev->parent)', confidence: 0.8 },
  { text: 'dev)', confidence: 0.1 },
];
const shown = { document: 'a', prefix: 'if (!', items };

it.each([
  ['if (!', '', ['dev->parent)', 'dev)']],
  ['if (!de', '', ['v->parent)', 'v)']],
  ['if (!dev-', '', ['>parent)']],
  ['if (!de', ')', ['v->parent', 'v']],
])('at %j before %j %j is left', (prefix, suffix, texts) => {
  expect(typedThrough(shown, { document: 'a', prefix, suffix })?.map(({ text }) => text)).toEqual(texts);
});

it.each([
  ['a', 'if (!x', ''],
  ['a', 'if (', ''],
  ['a', 'if (!dev->parent)', ''],
  ['b', 'if (!de', ''],
])('in %j at %j it is time to ask again', (document, prefix, suffix) => {
  expect(typedThrough(shown, { document, prefix, suffix })).toBeNull();
});
