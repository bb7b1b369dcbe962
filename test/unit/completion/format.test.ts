import { expect, it } from 'vitest';
import { formatCompletion } from '../../../src/model/completion/format';

const tabs = { insertSpaces: false, tabSize: 4 };
const spaces = { insertSpaces: true, tabSize: 2 };

it.each([
  ['a\n\tb\n\t\tc', 'x', spaces, 'a\n  b\n    c'],
  ['a\n        b', 'x', tabs, 'a\n\t\tb'],
  // What is lined up behind tabs stays so.
  ['a\n\t  b', 'x', tabs, 'a\n\t  b'],
  // The first line is indentation only at its beginning.
  ['\ta', '', spaces, '  a'],
  ['\ta', '  ', spaces, '  a'],
  ['\ta', 'int', spaces, '\ta'],
  ['a\tb\n', '', spaces, 'a\tb\n'],
])('%j behind %j', (text, lineBefore, indentation, expected) => {
  expect(formatCompletion(text, lineBefore, indentation, '\n')).toBe(expected);
});

it('ends lines as the document does', () => {
  expect(formatCompletion('a\n\tb\n', '', tabs, '\r\n')).toBe('a\r\n\tb\r\n');
});
