import { expect, test } from 'vitest';
import { languageOfPath, languagesOf, normalizePath, numbered } from '../../../src/extension/writing/paths';

test('a typed path becomes one as the model knows them', () => {
  expect(normalizePath(' drivers\\net//foo.c ')).toBe('drivers/net/foo.c');
  expect(normalizePath('./a.c')).toBe('a.c');
  for (const typed of ['', '  ', '/', '../secret', 'a\nb']) expect(normalizePath(typed)).toBeNull();
});

test('languages are those of the files, the most frequent first', () => {
  expect(languagesOf(['a.py', 'b.c', 'c.h', 'README'])).toEqual([
    { language: 'c', endings: ['.c', '.h'], files: 2 },
    { language: 'python', endings: ['.py'], files: 1 },
  ]);
  expect(languageOfPath('src/a.rs')).toBe('rust');
  expect(languageOfPath('Makefile')).toBeUndefined();
});

test('a path that is taken gets a number before its end', () => {
  expect(numbered('net/foo.c', 1)).toBe('net/foo.c');
  expect(numbered('net/foo.c', 2)).toBe('net/foo-2.c');
  expect(numbered('v1.2/Makefile', 3)).toBe('v1.2/Makefile-3');
  expect(numbered('.env', 2)).toBe('.env-2');
});
