import { constants } from 'node:buffer';
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../errors';
import { rejectByContent } from './contentFilters';
import { documentPath, printable } from './documents';
import { exclusionReasons } from './exclusion';
import { type CorpusSettings, throttleProgress } from './options';
import { type LocatedFile, readFiles } from './readFiles';
import { type Exclusion, ExclusionCounter } from './report';
import { assignSplits, positionOf, type Split, splitNames } from './split';
import { TextBuffer } from './textBuffer';
import { type FoundFile, walk } from './walk';

/** Text that has been read, before it becomes tokens. */
export interface CollectedText {
  readonly text: TextBuffer;
  /** The split of each document of `text`, in the order of {@link splitNames}; undefined: cut by position. */
  readonly splits: readonly Split[] | undefined;
  /** Bytes of the files that were read. */
  readonly bytes: number;
  readonly excluded: readonly Exclusion[];
}

/** A folder to read. */
export interface Root {
  readonly path: string;
  /** What stands in front of the paths of its files: nothing, or a name and a slash. */
  readonly prefix: string;
}

/** Folders with prefixes that tell them apart: their names, numbered where they are equal; a single one needs none. */
export function nameRoots(paths: readonly string[]): Root[] {
  if (paths.length === 1) return [{ path: paths[0]!, prefix: '' }];
  const taken = new Set<string>();
  return paths.map((path) => {
    const name = basename(resolve(path));
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name}-${n}`;
    taken.add(unique);
    return { path, prefix: `${unique}/` };
  });
}

/**
 * Reads the documents of folders, those of each split together and in the order of a hash of their paths: shuffled, but
 * the same in every run, so that a training with no time for all of a large text still reads a fair sample of it.
 *
 * @throws UserError when nothing is left to read, or too much.
 */
export async function readFolders(roots: readonly Root[], settings: CorpusSettings): Promise<CollectedText> {
  const name = roots.map(({ path }) => path).join(', ');
  const excluded = new ExclusionCounter();
  const { files, positions } = await findFiles(roots, settings, excluded);
  const text = reserve(name, files);
  const bytes = await readDocuments(files, settings, text, excluded);
  if (text.documents.length === 0) throw nothingLeft(name, excluded.toJSON());
  const splits = arrange(text, settings, positions);
  return { text, splits, bytes, excluded: excluded.toJSON() };
}

/**
 * In the order in which they are read, which puts those of each split together (see `splitOf`): that of the positions of
 * their documents, which are returned, too, by path.
 */
async function findFiles(
  roots: readonly Root[],
  settings: CorpusSettings,
  excluded: ExclusionCounter,
): Promise<{ files: LocatedFile[]; positions: ReadonlyMap<string, number> }> {
  const progress = throttleProgress(settings.onProgress);
  let count = 0;
  let bytes = 0;
  const found: { file: LocatedFile; position: number }[] = [];
  const positions = new Map<string, number>();
  for (const root of roots) {
    const files = await walk(root.path, {
      ...settings,
      onExcluded: (reason, path) => excluded.add(reason, root.prefix + path),
      onFound: ({ size }) => {
        count++;
        bytes += size;
        progress({ phase: 'finding', files: count, bytes, totalFiles: count, totalBytes: bytes });
      },
    });
    for (const { path, size } of files) {
      const file = { path: root.prefix + path, size, location: join(root.path, path) };
      const document = documentPath(file.path);
      const position = positionOf(document);
      positions.set(document, position);
      found.push({ file, position });
    }
  }
  return { files: found.sort((a, b) => a.position - b.position).map(({ file }) => file), positions };
}

function reserve(root: string, files: readonly FoundFile[]): TextBuffer {
  const capacity = files.reduce((sum, { path, size }) => sum + size + TextBuffer.overhead(path), 0);
  return reserveText(root, capacity);
}

/** @throws UserError when there is more text than fits. */
export function reserveText(root: string, capacity: number): TextBuffer {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  if (capacity > constants.MAX_LENGTH) {
    throw new UserError(
      `${printable(root)} holds ${gigabytes(capacity)} of text and at most ${gigabytes(constants.MAX_LENGTH)} can be read: name a part of it.`,
    );
  }
  try {
    return new TextBuffer(capacity);
  } catch (error) {
    const message = `There is no memory for the ${gigabytes(capacity)} of text in ${printable(root)}: name a part of it.`;
    throw new UserError(message, { cause: error });
  }
}

/** @returns the bytes of the files that were taken. */
async function readDocuments(
  files: readonly LocatedFile[],
  settings: CorpusSettings,
  text: TextBuffer,
  excluded: ExclusionCounter,
): Promise<number> {
  const progress = throttleProgress(settings.onProgress);
  const totals = { totalFiles: files.length, totalBytes: files.reduce((sum, { size }) => sum + size, 0) };
  const known = new Set<string>();
  let taken = 0;
  let seen = 0;
  let count = 0;
  for await (const { file, bytes } of readFiles(files)) {
    settings.signal?.throwIfAborted();
    const reason = bytes === undefined ? 'unreadable' : (rejectByContent(bytes) ?? rejectCopy(bytes, known));
    if (bytes === undefined || reason !== undefined) excluded.add(reason ?? 'unreadable', file.path);
    else {
      text.addDocument(file.path, bytes);
      taken += bytes.length;
    }
    count++;
    seen += file.size;
    progress({ phase: 'reading', files: count, bytes: seen, ...totals }, count === files.length);
  }
  return taken;
}

/** The first of equal files is read, in the order of reading. */
function rejectCopy(bytes: Buffer, known: Set<string>): 'duplicate' | undefined {
  const digest = createHash('sha256').update(bytes).digest('base64');
  if (known.has(digest)) return 'duplicate';
  known.add(digest);
  return undefined;
}

/** Moves documents to where their split is, should the assignment for small folders differ from the hash. */
function arrange(
  text: TextBuffer,
  { fractions }: CorpusSettings,
  positions: ReadonlyMap<string, number>,
): Split[] | undefined {
  const { documents } = text;
  const assigned = assignSplits(
    documents.map(({ path }) => path),
    fractions,
    (path) => positions.get(path)!,
  );
  const rank = (i: number) => (assigned === undefined ? 0 : splitNames.indexOf(assigned[i]!));
  // The sort is stable: within a split the order of reading remains.
  const order = [...documents.keys()].sort((a, b) => rank(a) - rank(b));
  if (order.some((from, to) => from !== to)) text.reorder(order.map((i) => documents[i]!));
  return assigned && order.map((i) => assigned[i]!);
}

function nothingLeft(root: string, excluded: readonly Exclusion[]): UserError {
  const name = printable(root);
  if (excluded.length === 0) return new UserError(`${name} is empty: name a folder with source code or a text file.`);
  const reasons = excluded
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ reason, count, examples }) => `${exclusionReasons[reason]}: ${count}, such as ${examples[0]}`);
  return new UserError(
    `Nothing in ${name} can be trained on (${reasons.join('; ')}): name another folder, or say with include patterns what to read.`,
  );
}
