import { expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';

vi.mock('vscode', () => ({
  Range: class {
    constructor(
      readonly start: number,
      readonly end: number,
    ) {}
  },
}));

import { isCompleted, isKnownTo } from '../../../src/extension/completions/documents';
import { elsewhereAt, prefixStart } from '../../../src/extension/completions/documentText';
import { classifyEdit } from '../../../src/extension/completions/edits';
import { pretrainedModels } from '../../../src/model/pretrained';

type Document = Parameters<typeof isCompleted>[0];

function document(scheme: string, path: string, languageId = 'c'): Document {
  return { uri: { scheme, path }, languageId } as Document;
}

test.for<[string, Document, boolean]>([
  ['a file', document('file', '/project/a.c'), true],
  ['a file that is not saved yet', document('untitled', 'Untitled-1'), true],
  ['a cell of a notebook', document('vscode-notebook-cell', '/project/a.ipynb'), true],
  ['the output view', document('output', 'Git'), false],
  ['the message of a commit', document('vscode-scm', 'git/input'), false],
  ['search results', document('file', '/project/found.code-search', 'search-result'), false],
  ['secrets', document('file', '/project/.env', 'plaintext'), false],
  ['a lock file', document('file', '/project/package-lock.json', 'json'), false],
])('%s', ([, given, completed]) => {
  expect(isCompleted(given)).toBe(completed);
});

test.for<[string, Document, boolean]>([
  ['a C file', document('file', '/project/a.c'), true],
  ['a header, which editors take for C++', document('file', '/project/a.h', 'cpp'), true],
  ['a C file that is not saved yet', document('untitled', 'Untitled-1', 'c'), true],
  ['a Python file', document('file', '/project/a.py', 'python'), false],
  ['C++', document('file', '/project/a.cpp', 'cpp'), false],
  ['notes', document('untitled', 'Untitled-1', 'plaintext'), false],
])('the Linux model completes by itself in %s: %o', ([, given, known]) => {
  expect(isKnownTo(pretrainedModels[0]!, given)).toBe(known);
  expect(isKnownTo(null, given)).toBe(true);
});

test('a prefix keeps its beginning for 2,000 keystrokes and has 2,000 characters where there are as many', () => {
  expect([0, 1999, 2000, 3999, 4000, 5999, 6000].map(prefixStart)).toEqual([0, 0, 0, 0, 2000, 2000, 4000]);
});

test('what stands elsewhere stays the same while somebody types', () => {
  const numbers = Array.from({ length: 10_000 }, (_, i) => `${i};`).join('');
  /** A document whose positions are offsets. */
  const documentOf = (text: string) =>
    ({
      offsetAt: (offset: number) => offset,
      positionAt: (offset: number) => Math.min(offset, text.length),
      getText: ({ start, end }: { start: number; end: number }) => text.slice(start, end),
    }) as unknown as Parameters<typeof elsewhereAt>[0];
  const at = (text: string, offset: number, prefixEnd = offset) => {
    const [start, cursor] = [prefixEnd, offset] as unknown as [Parameters<typeof elsewhereAt>[1], vscode.Position];
    return elsewhereAt(documentOf(text), start, cursor);
  };

  // From the prefix, which begins at 28,000, up; and from the cursor down.
  const expected = `${numbers.slice(18_000, 28_000)}\n${numbers.slice(30_100, 40_100)}`;
  expect(at(numbers, 30_100)).toBe(expected);
  const typed = `${numbers.slice(0, 30_100)}word${numbers.slice(30_100)}`;
  for (let letters = 1; letters <= 4; letters++) {
    const text = typed.slice(0, 30_100 + letters) + typed.slice(30_104);
    expect(at(text, 30_100 + letters)).toBe(expected);
  }
  expect(at('short', 2)).toBe('\nort');
  // The entry of a list in front takes the place of a part of the word: the prefix ends before it.
  expect(at(numbers, 30_001, 29_999)).toBe(`${numbers.slice(16_000, 26_000)}\n${numbers.slice(30_001, 40_001)}`);
});

test.for<[string, Parameters<typeof classifyEdit>[0], string]>([
  ['a key', { undone: false, changes: [{ text: 'a' }] }, 'typed'],
  ['a bracket that closes itself', { undone: false, changes: [{ text: '()' }] }, 'typed'],
  ['a new line with its indentation', { undone: false, changes: [{ text: '\r\n\t\t\t' }] }, 'typed'],
  ['backspace', { undone: false, changes: [{ text: '' }] }, 'deleted'],
  ['undo', { undone: true, changes: [{ text: 'a' }] }, 'undone'],
  ['pasting', { undone: false, changes: [{ text: 'return 0;' }] }, 'other'],
])('%s is an edit of its kind', ([, event, kind]) => {
  expect(classifyEdit(event)).toBe(kind);
});
