import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ExclusionReason } from '../../../src/model/corpus/exclusion';
import { type WalkOptions, walk } from '../../../src/model/corpus/walk';
import { asOrdinaryUser } from '../../ordinaryUser';
import { temporaryFolder } from './temporaryFolder';

async function walkOver(root: string, options: Partial<WalkOptions> = {}) {
  const excluded: Partial<Record<ExclusionReason, string[]>> = {};
  const files = await walk(root, {
    maxFileSize: 1000,
    onExcluded: (reason, path) => {
      excluded[reason] ??= [];
      excluded[reason].push(path);
    },
    ...options,
  });
  return { paths: files.map(({ path }) => path), files, excluded };
}

test('finds source code in the order of the paths, with sizes', async () => {
  const root = temporaryFolder({ 'b.c': 'int b;', 'a/z.py': 'z', 'a-b/x.ts': '', 'B.H': '1', Makefile: 'all:' });
  const { files } = await walkOver(root);
  expect(files).toEqual([
    { path: 'B.H', size: 1 },
    { path: 'Makefile', size: 4 },
    { path: 'a-b/x.ts', size: 0 },
    { path: 'a/z.py', size: 1 },
    { path: 'b.c', size: 6 },
  ]);
});

test('obeys nested .gitignore files and their exceptions', async () => {
  const root = temporaryFolder({
    '.gitignore': '*.gen.c\n/build/\nlogs/\n',
    'a.c': '',
    'a.gen.c': '',
    'build/x.c': '',
    'lib/build/x.c': '',
    'lib/.gitignore': '!keep.gen.c\nsecret.c\n',
    'lib/keep.gen.c': '',
    'lib/other.gen.c': '',
    'lib/secret.c': '',
    'lib/logs/x.c': '',
    'again/.gitignore': '!logs/\n',
    'again/logs/x.c': '',
    'again/logs/x.gen.c': '',
  });
  const { paths, excluded } = await walkOver(root);
  expect(paths).toEqual(['a.c', 'again/logs/x.c', 'lib/build/x.c', 'lib/keep.gen.c']);
  expect(excluded.gitignore?.toSorted()).toEqual([
    'a.gen.c',
    'again/logs/x.gen.c',
    'build/',
    'lib/logs/',
    'lib/other.gen.c',
    'lib/secret.c',
  ]);
  expect((await walkOver(root, { useGitignore: false })).paths).toHaveLength(10);
});

test('include and exclude are .gitignore patterns', async () => {
  const root = temporaryFolder({ 'a.c': '', 'b.xyz': '', 'src/c.xyz': '', 'src/test/d.xyz': '' });
  const { paths, excluded } = await walkOver(root, { include: ['*.xyz', '!b.xyz'], exclude: ['/src/test/'] });
  expect(paths).toEqual(['src/c.xyz']);
  expect(excluded).toEqual({ notIncluded: ['a.c', 'b.xyz'], excluded: ['src/test/'] });
  expect((await walkOver(root, { include: [] })).paths).toEqual(['a.c']);
});

test('leaves out large files, dependencies and secrets', async () => {
  const root = temporaryFolder({
    'large.c': 'x'.repeat(1001),
    'fits.c': 'x'.repeat(1000),
    'node_modules/a/index.js': '',
    'dist/index.js': '',
    '.git/hooks/run.sh': '',
    '.env': 'KEY=1',
    'yarn.lock': '',
    'photo.png': '',
  });
  const { paths, excluded } = await walkOver(root);
  expect(paths).toEqual(['fits.c']);
  expect(excluded).toEqual({
    tooLarge: ['large.c'],
    dependencies: ['.git/', 'dist/', 'node_modules/'],
    secret: ['.env'],
    lockFile: ['yarn.lock'],
    notIncluded: ['photo.png'],
  });
});

test('never follows symbolic links, so that circles end', async () => {
  const root = temporaryFolder({ 'a/x.c': '' });
  const outside = temporaryFolder({ 'outside.c': '' });
  symlinkSync(root, join(root, 'a/circle'));
  symlinkSync(outside, join(root, 'out-of-it'));
  symlinkSync(join(root, 'a/x.c'), join(root, 'y.c'));
  const { paths, excluded } = await walkOver(root);
  expect(paths).toEqual(['a/x.c']);
  expect(excluded.symbolicLink).toEqual(['out-of-it', 'y.c', 'a/circle']);
});

test('takes names with spaces, emoji and line breaks', async () => {
  const names = ['with space.c', '😀.c', 'new\nline.c', '..two-dots.c', "quote'.c", '#hash.c', '!bang.c'];
  const root = temporaryFolder({ '.gitignore': 'nothing\n', ...Object.fromEntries(names.map((name) => [name, ''])) });
  expect((await walkOver(root)).paths).toEqual(names.toSorted());
});

test('reports a folder that is closed', async (context) => {
  const root = temporaryFolder({ 'a.c': '', 'closed/b.c': '' });
  chmodSync(join(root, 'closed'), 0);
  const { paths, excluded } = await asOrdinaryUser(context, root, () => walkOver(root));
  chmodSync(join(root, 'closed'), 0o700);
  expect(paths).toEqual(['a.c']);
  expect(excluded.unreadable).toEqual(['closed/']);
});

test('stops when asked to', async () => {
  const root = temporaryFolder({ 'a.c': '' });
  await expect(walkOver(root, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});
