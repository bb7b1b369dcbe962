import { type Dirent, lstatSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import type { ExclusionReason } from './exclusion';
import { GitIgnore } from './gitIgnore';
import { languageOf } from './languages';
import { createNameFilter } from './nameFilters';

export interface WalkOptions {
  /** Which files to read, as .gitignore patterns; without any, by the names and extensions of source code. */
  readonly include?: readonly string[];
  /** Files and folders to leave out besides the usual ones, as .gitignore patterns. */
  readonly exclude?: readonly string[];
  /** Whether to leave out what .gitignore files say; by default they count. */
  readonly useGitignore?: boolean;
  /** Bytes; a larger file is left out. */
  readonly maxFileSize: number;
  readonly signal?: AbortSignal;
  /** Hears of each file and folder that is left out; a folder's path ends with a slash. */
  readonly onExcluded: (reason: ExclusionReason, path: string) => void;
  /** Hears of each file that is found. */
  readonly onFound?: (file: FoundFile) => void;
}

export interface FoundFile {
  /** Relative to the root, with forward slashes, as the file system spells it. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** A larger .gitignore is no .gitignore. */
const largestGitignore = 1e6;

/**
 * Finds the files below a folder that may be read, judged by everything but their content. Symbolic links are never
 * followed: what they point to is either in the folder anyway or none of our business, and loops can't happen.
 *
 * @returns the files in the order of their paths.
 */
export async function walk(root: string, options: WalkOptions): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const judge = createJudge(options);
  const { useGitignore = true } = options;

  async function visit(folder: string, inherited: GitIgnore): Promise<void> {
    options.signal?.throwIfAborted();
    const entries = await readFolder(join(root, folder));
    if (entries === undefined) return options.onExcluded('unreadable', folder);
    const gitIgnore = useGitignore ? await withOwnRules(root, folder, entries, inherited) : inherited;
    const folders: string[] = [];
    const files: string[] = [];
    for (const entry of entries) {
      const path = entry.isDirectory() ? `${folder}${entry.name}/` : `${folder}${entry.name}`;
      const reason = judge(entry, path, gitIgnore);
      if (reason !== undefined) options.onExcluded(reason, path);
      else (entry.isDirectory() ? folders : files).push(path);
    }
    for (const path of files) {
      const file = measure(root, path, options);
      if (file !== undefined) found.push(file);
    }
    for (const path of folders) await visit(path, gitIgnore);
  }

  await visit('', GitIgnore.none);
  return found.sort((a, b) => compareText(a.path, b.path));
}

/** Order by UTF-16 units: the same on every machine, unlike the order of a language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Judge = (entry: Dirent, path: string, gitIgnore: GitIgnore) => ExclusionReason | undefined;

function createJudge({ include, exclude }: WalkOptions): Judge {
  const rejectByName = createNameFilter();
  const excluded = exclude === undefined ? undefined : ignore().add(exclude);
  const included = include === undefined || include.length === 0 ? undefined : ignore().add(include);
  const isIncluded = (path: string) =>
    included === undefined ? languageOf(path) !== undefined : included.ignores(path);
  return (entry, path, gitIgnore) => {
    const isFolder = entry.isDirectory();
    if (entry.isSymbolicLink()) return 'symbolicLink';
    if (!isFolder && !entry.isFile()) return 'notRegular';
    const reason = rejectByName(isFolder ? `${entry.name}/` : entry.name);
    if (reason !== undefined) return reason;
    if (excluded?.ignores(path)) return 'excluded';
    if (gitIgnore.ignores(path)) return 'gitignore';
    return isFolder || isIncluded(path) ? undefined : 'notIncluded';
  };
}

async function readFolder(path: string): Promise<Dirent[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((a, b) => compareText(a.name, b.name));
  } catch {
    return undefined;
  }
}

async function withOwnRules(
  root: string,
  folder: string,
  entries: readonly Dirent[],
  inherited: GitIgnore,
): Promise<GitIgnore> {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return inherited;
  const path = join(root, folder, '.gitignore');
  try {
    if ((await lstat(path)).size > largestGitignore) return inherited;
    return inherited.with(folder, await readFile(path, 'utf8'));
  } catch {
    return inherited;
  }
}

/** Synchronous, which takes a tenth of the time: the folder that was just read holds what is asked for. */
function measure(root: string, path: string, options: WalkOptions): FoundFile | undefined {
  try {
    const { size } = lstatSync(join(root, path));
    if (size > options.maxFileSize) {
      options.onExcluded('tooLarge', path);
      return undefined;
    }
    options.onFound?.({ path, size });
    return { path, size };
  } catch {
    options.onExcluded('unreadable', path);
    return undefined;
  }
}
