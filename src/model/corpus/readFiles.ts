import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { FoundFile } from './walk';

/** Milliseconds after which the process turns to whatever else waits for it. */
const slice = 20;

/** A file that was found, under the path that its document will have. */
export interface LocatedFile extends FoundFile {
  /** Where it is. */
  readonly location: string;
}

export interface ReadFile {
  readonly file: LocatedFile;
  /** The content, valid until the next file is asked for; undefined when it can't be read. */
  readonly bytes: Buffer | undefined;
}

/**
 * Reads files in order into one buffer that is used again and again, so that memory stays bounded and there is no
 * garbage. Reading is synchronous, in short slices: source files are so small that handing each to another thread
 * takes several times as long as reading it. A file that has grown since its size was taken is read up to that size.
 */
export async function* readFiles(files: readonly LocatedFile[]): AsyncGenerator<ReadFile> {
  const buffer = Buffer.allocUnsafeSlow(files.reduce((size, file) => Math.max(size, file.size), 0));
  let pauseAt = performance.now() + slice;
  for (const file of files) {
    const length = readInto(buffer, file.location, file.size);
    yield { file, bytes: length === undefined ? undefined : buffer.subarray(0, length) };
    if (performance.now() < pauseAt) continue;
    await setImmediate();
    pauseAt = performance.now() + slice;
  }
}

/** Reads at most `size` bytes of a file and returns how many there were; undefined when that failed. */
function readInto(buffer: Buffer, path: string, size: number): number | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      return readSync(file, buffer, 0, size, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
