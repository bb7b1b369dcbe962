import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { rejectByContent } from '../corpus/contentFilters';
import { documentPath } from '../corpus/documents';
import { completeOptions } from '../corpus/options';
import { nameRoots } from '../corpus/readFolder';
import { positionOf } from '../corpus/split';
import { type FoundFile, walk } from '../corpus/walk';
import type { InspectedDocument } from './inspectedText';

export interface ReferenceOptions {
  /** Which files to read, as .gitignore patterns; by default the names and extensions of source code. */
  readonly include?: readonly string[];
  /** Files and folders to leave out besides the usual ones, as .gitignore patterns. */
  readonly exclude?: readonly string[];
  /** Bytes; larger files are left out. */
  readonly maxFileSize?: number;
  /** Of all texts together. */
  readonly mostCharacters: number;
  readonly signal?: AbortSignal | undefined;
}

/** Of one file no more is read, so that there are several kinds of text among few characters. */
const mostBytesOfFile = 10_000;

/**
 * Some files of folders to find cells on, of those that a training would read: in the order of a hash of their paths,
 * hence from all folders and the same each time.
 *
 * @returns none if there is nothing to read.
 */
export async function readReferenceTexts(
  folders: readonly string[],
  { mostCharacters, signal, ...options }: ReferenceOptions,
): Promise<InspectedDocument[]> {
  const settings = completeOptions(options);
  const found: { file: FoundFile; path: string; location: string }[] = [];
  for (const { path: root, prefix } of nameRoots(folders)) {
    const files = await walk(root, { ...settings, onExcluded: () => {}, ...(signal && { signal }) });
    for (const file of files) {
      found.push({ file, path: documentPath(prefix + file.path), location: join(root, file.path) });
    }
  }
  found.sort((a, b) => positionOf(a.path) - positionOf(b.path));
  const texts: InspectedDocument[] = [];
  let left = mostCharacters;
  for (const { file, path, location } of found) {
    if (left <= 0) break;
    signal?.throwIfAborted();
    const bytes = await readStart(location, Math.min(file.size, mostBytesOfFile));
    if (bytes === undefined || rejectByContent(bytes) !== undefined) continue;
    const text = wholeLines(bytes, file.size);
    texts.push({ path, text });
    left -= text.length;
  }
  return texts;
}

/** Undefined when it can't be read. */
async function readStart(path: string, length: number): Promise<Buffer | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** The text of the beginning of a file, up to the last line that is whole. */
function wholeLines(bytes: Buffer, size: number): string {
  const text = bytes.toString('utf8');
  return bytes.length === size ? text : text.slice(0, text.lastIndexOf('\n') + 1);
}
