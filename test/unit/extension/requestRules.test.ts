import { expect, test } from 'vitest';
import { Debounce, type RequestFacts, wantsCompletion } from '../../../src/extension/completions/requestRules';

const typing: RequestFacts = {
  explicit: false,
  lineBefore: '\treturn ',
  lineAfter: '',
  singleCursor: true,
  lastEdit: 'typed',
};

test.for<[string, Partial<RequestFacts>, boolean]>([
  ['at the end of a line', {}, true],
  ['before closing brackets', { lineAfter: '))] };' }, true],
  ['before a short rest', { lineAfter: ' + offset;' }, true],
  ['before a long rest', { lineAfter: ' + a_long_name * another_one;' }, false],
  ['inside a word', { lineBefore: 'ret', lineAfter: 'urn' }, false],
  ['between letters beyond ASCII', { lineBefore: 'grö', lineAfter: 'ße' }, false],
  ['with several cursors or a selection', { singleCursor: false }, false],
  ['after deleting', { lastEdit: 'deleted' }, false],
  ['after undo', { lastEdit: 'undone' }, false],
  ['after pasting or accepting', { lastEdit: 'inserted' }, false],
  ['without an edit before', { lastEdit: 'none' }, true],
])('%s', ([, facts, wanted]) => {
  expect(wantsCompletion({ ...typing, ...facts })).toBe(wanted);
  expect(wantsCompletion({ ...typing, ...facts, explicit: true })).toBe(true);
});

test('a model that answers at once is asked at once, a slow one when typing rests', () => {
  const debounce = new Debounce();
  expect(debounce.wait).toBe(0);
  debounce.answered(10);
  expect(debounce.wait).toBe(0);
  for (let i = 0; i < 30; i++) debounce.answered(100);
  expect(debounce.wait).toBeCloseTo(100, 0);
  for (let i = 0; i < 30; i++) debounce.answered(1000);
  expect(debounce.wait).toBe(150);
});
