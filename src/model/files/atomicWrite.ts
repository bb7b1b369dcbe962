import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { explainFileError } from './explainFileError';

/**
 * Writes a file whole or not at all: to a temporary name beside it, synced to the disk, then renamed over the old one.
 * A crash or a full disk at any moment leaves the earlier file as it was.
 *
 * @param chunks what to write, in order.
 * @throws UserError when the disk is full or the folder can't be written.
 */
export async function writeFileAtomically(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      for (const chunk of chunks) await writeFully(file, chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainFileError(error, `${path} was not written`);
  }
}

/**
 * Removes what a process that was killed while it wrote a file has left beside it. For a file that nobody is writing
 * now.
 */
export async function removeLeftovers(path: string): Promise<void> {
  const [folder, file] = [dirname(path), basename(path)];
  for (const name of await readdir(folder)) {
    const isLeftover = name.startsWith(file) && /^\.[0-9a-f]{8}\.tmp$/.test(name.slice(file.length));
    if (isLeftover) await rm(join(folder, name), { force: true });
  }
}

async function writeFully(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await file.write(chunk, written)).bytesWritten;
}

/** Makes the rename itself durable; Windows cannot open folders and does not need to. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
