import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors';
import { explainFileError } from '../../files/explainFileError';
import type { LogEntry } from './entries';

/** The log of the training in a folder, beside its model and checkpoint. */
export function logPath(folder: string): string {
  return join(folder, 'training.jsonl');
}

/** Where an earlier training's log is kept when a new one begins in its folder. */
export function previousLogPath(folder: string): string {
  return join(folder, 'training.previous.jsonl');
}

/**
 * Writes the log of a training: a line of JSON an entry, appended as it happens. A log that can't be written costs no
 * training: it ends, and the person is told once.
 */
export class LogFile {
  private waiting: LogEntry[] = [];
  private file: number | null = null;
  private failed = false;

  /** @param onProblem is called once with a sentence if the log can't be written. */
  constructor(
    private readonly path: string,
    private readonly onProblem: (sentence: string) => void,
  ) {}

  /** Appends an entry, or keeps it until the file is begun. */
  add(entry: LogEntry): void {
    if (this.file === null) this.waiting.push(entry);
    else this.attempt(() => writeLine(this.file!, entry));
  }

  /**
   * Begins to write, all that waits first: to a new file that takes the place of the one there, or with `resumed` at the
   * end of that.
   */
  begin({ resumed }: { readonly resumed: boolean }): void {
    if (this.file !== null || this.failed) return;
    this.attempt(() => {
      if (resumed && existsSync(this.path)) {
        this.file = openSync(this.path, 'a+');
        if (endsInsideLine(this.file)) writeSync(this.file, '\n');
        for (const entry of this.waiting) writeLine(this.file, entry);
      } else {
        this.file = openSync(this.temporary, 'w');
        for (const entry of this.waiting) writeLine(this.file, entry);
        renameSync(this.temporary, this.path);
      }
      this.waiting = [];
    });
  }

  close(): void {
    const file = this.file;
    this.file = null;
    if (file !== null) this.attempt(() => closeSync(file));
  }

  private get temporary(): string {
    return `${this.path}.tmp`;
  }

  private attempt(work: () => void): void {
    if (this.failed) return;
    try {
      work();
    } catch (error) {
      // What has no code is a mistake of ours, and no file's.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      this.failed = true;
      this.waiting = [];
      this.abandon();
      const explained = explainFileError(error, `${this.path} was not written`);
      const sentence =
        explained instanceof UserError
          ? explained.message
          : `${this.path} was not written (${(error as Error).message}).`;
      this.onProblem(`${sentence} The training goes on without its log.`);
    }
  }

  /** Closes the file as far as it can be closed, and removes what was not put in its place. */
  private abandon(): void {
    const file = this.file;
    this.file = null;
    for (const work of [() => file !== null && closeSync(file), () => rmSync(this.temporary, { force: true })]) {
      try {
        work();
      } catch {
        // The disk that failed before may fail again.
      }
    }
  }
}

/** The entries of a log, oldest first; none where there is no log. What a crash left half-written is left out. */
export async function readLog(path: string): Promise<LogEntry[]> {
  if (!existsSync(path)) return [];
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw explainFileError(error, `${path} was not read`);
  });
  return text.split('\n').flatMap(parseLine);
}

function writeLine(file: number, entry: LogEntry): void {
  writeSync(file, `${JSON.stringify(entry)}\n`);
}

function endsInsideLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

function parseLine(line: string): LogEntry[] {
  try {
    const entry: unknown = JSON.parse(line);
    const isEntry = typeof entry === 'object' && entry !== null && 'type' in entry && 'step' in entry;
    return isEntry ? [entry as LogEntry] : [];
  } catch {
    return [];
  }
}
