import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors';
import { explainFileError } from './explainFileError';

/** Held for as long as a training writes to a folder. */
export interface Lock {
  /** Gives the folder free. Doing it twice is harmless. */
  release(): Promise<void>;
}

/** Another training holds the folder. */
export class FolderHeld extends UserError {}

const fileName = 'training.lock';

/** Milliseconds to wait before looking again. */
const pause = 25;

/** Who holds a lock: the contents of its file, as JSON. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process started, where that is cheap to know: a later process may have been given the same pid. */
  readonly started: string | null;
  /** Tells the locks of one process apart. */
  readonly token: string;
}

/**
 * Takes a folder, which is made if it isn't there, for the only training that writes to it. A lock whose process is
 * gone is taken over.
 *
 * @param patience milliseconds to wait for another training that holds it.
 * @throws FolderHeld when another training holds the folder, UserError when it can't be written.
 */
export async function acquireLock(folder: string, patience = 0): Promise<Lock> {
  const until = performance.now() + patience;
  const path = join(folder, fileName);
  const { pid } = process;
  const owner: Owner = { pid, host: hostname(), started: startOf(pid), token: randomBytes(8).toString('hex') };
  const contents = `${JSON.stringify(owner)}\n`;
  try {
    mkdirSync(folder, { recursive: true });
    while (!create(path, contents)) await removeIfStale(path, folder, until);
  } catch (error) {
    throw explainFileError(error, `${path} was not written`);
  }
  return {
    async release() {
      if (read(path) === contents) rmSync(path, { force: true });
    },
  };
}

/** Makes a file with these contents; false if there is one already. */
function create(path: string, contents: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(file, contents);
    return true;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Throws when someone holds the lock after `until`. Else removes it, or waits a little while another process does. */
async function removeIfStale(path: string, folder: string, until: number): Promise<void> {
  const contents = await readSettled(path);
  if (contents === undefined) return;
  const owner = parseOwner(contents);
  if (owner !== undefined && isHeld(owner)) {
    if (performance.now() >= until) throw new FolderHeld(heldMessage(owner, folder, path));
    await sleep(pause);
  } else if (!removeGuarded(path, contents)) await sleep(pause);
}

/**
 * Removes a lock with the given contents, one process at a time: otherwise a slow one, having found a stale lock, might
 * remove the fresh lock of a quicker one that took over before it. False while another process is at it.
 */
function removeGuarded(path: string, contents: string): boolean {
  const guard = `${path}.takeover`;
  if (!create(guard, 'being taken over\n')) {
    // The guard is there for microseconds, unless its process died in them.
    if (ageOf(guard) > 10_000) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (read(path) === contents) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
  return true;
}

/** In milliseconds; 0 for a file that is gone. */
function ageOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

/** The lock's contents; waits a little if another process has made the file and not yet written to it. */
async function readSettled(path: string): Promise<string | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const contents = read(path);
    if (contents === undefined || contents.endsWith('\n')) return contents;
    await sleep(pause);
  }
  return read(path);
}

/** Undefined for anything that no training has written whole. */
function parseOwner(contents: string): Owner | undefined {
  try {
    const { pid, host, started, token } = JSON.parse(contents) as Owner;
    return Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string' ? { pid, host, started, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Of a process on another computer nothing is known, so its lock holds. */
function isHeld({ pid, host, started }: Owner): boolean {
  if (host !== hostname()) return true;
  if (!isRunning(pid)) return false;
  const startedNow = startOf(pid);
  return started === null || startedNow === null || started === startedNow;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in the clock ticks of Linux since its boot; elsewhere null. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields after the program's name, which may itself hold spaces and brackets: the start is the 22nd of all.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function heldMessage({ pid, host }: Owner, folder: string, path: string): string {
  if (host === hostname()) {
    return `Another training (process ${pid}) is writing to ${folder}; stop it or choose another folder.`;
  }
  const advice = `stop it, choose another folder or, if it no longer runs, delete ${path}`;
  return `Another training (process ${pid} on ${host}) is writing to ${folder}; ${advice}.`;
}
