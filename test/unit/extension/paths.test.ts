import { expect, test } from 'vitest';
import {
  inventPaths,
  isPlausible,
  languageOfPath,
  languagesOf,
  normalizePath,
  numbered,
} from '../../../src/extension/writing/paths';

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
  expect(languagesOf(['a.py'], ['c'])).toEqual([{ language: 'c', endings: ['.c', '.h'], files: 0 }]);
  expect(languageOfPath('src/a.rs')).toBe('rust');
  expect(languageOfPath('Makefile')).toBeUndefined();
});

test('a path that is taken gets a number before its end', () => {
  expect(numbered('net/foo.c', 1)).toBe('net/foo.c');
  expect(numbered('net/foo.c', 2)).toBe('net/foo-2.c');
  expect(numbered('v1.2/Makefile', 3)).toBe('v1.2/Makefile-3');
  expect(numbered('.env', 2)).toBe('.env-2');
});

test('what a young model makes up is no path', () => {
  expect(isPlausible('src/core/thread.c', [])).toBe(true);
  for (const path of ['pwd, 0) {', 'dest_cost;', 'src//a.c', '/etc/a.c', 'src/a.nonsense', 'src/known.c']) {
    expect(isPlausible(path, ['src/known.c']), path).toBe(false);
  }
});

test('invented paths are new, of the wanted kind, and of words that are there', () => {
  const known = ['src/core.c', 'src/core.h', 'src/net/thread.c', 'LICENSE.bin'];
  const invented = inventPaths(known, 4);
  expect(invented).toHaveLength(4);
  for (const path of invented) expect(isPlausible(path, known), path).toBe(true);
  expect(inventPaths(known, 9, ['.h'])).toEqual(['src/thread_core.h']);
  expect(inventPaths([], 3)).toEqual([]);
});
