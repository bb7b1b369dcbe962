import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly folder: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Takes what it prints, line by line. */
  readonly line: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** A number that changes as long as the command does something without printing, such as the size of a download. */
  readonly progress?: () => number;
  /** A command that does nothing for so long is ended; two minutes by default. */
  readonly stallMilliseconds?: number;
}

export interface CommandResult {
  readonly code: number | null;
  /** What ended it, where it did not end by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stalled: boolean;
  readonly stdout: readonly string[];
}

const posix = process.platform !== 'win32';

/**
 * Runs a program of this Node's, with all that it starts in a group of its own, which goes when the signal fires or this
 * process ends. Rejects with the reason of the signal.
 */
export async function runCommand(
  [program, ...args]: readonly string[],
  { folder, environment, line, signal, progress, stallMilliseconds = 120_000 }: CommandOptions,
): Promise<CommandResult> {
  signal?.throwIfAborted();
  const env = environment ?? process.env;
  const child = spawn(program!, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: posix });
  const kill = () => killGroup(child);
  signal?.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  const stdout: string[] = [];
  let lines = 0;
  const hear = (text: string) => {
    lines++;
    line(text);
  };
  createInterface({ input: child.stdout! }).on('line', (text) => {
    stdout.push(text);
    hear(text);
  });
  createInterface({ input: child.stderr! }).on('line', hear);
  let stalled = false;
  // A server that accepts a connection and never answers would otherwise be waited for for ever.
  const watch = watchForStall(
    stallMilliseconds,
    () => lines + (progress?.() ?? 0),
    () => {
      stalled = true;
      kill();
    },
  );
  try {
    const [code, ended] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on('error', reject).on('close', (code, ended) => resolve([code, ended]));
    });
    signal?.throwIfAborted();
    return { code, signal: ended, stalled, stdout };
  } finally {
    clearInterval(watch);
    signal?.removeEventListener('abort', kill);
    process.off('exit', kill);
  }
}

function watchForStall(milliseconds: number, progress: () => number, onStall: () => void): NodeJS.Timeout {
  let last = progress();
  let since = performance.now();
  return setInterval(() => {
    const now = progress();
    if (now !== last) {
      last = now;
      since = performance.now();
    } else if (performance.now() - since > milliseconds) onStall();
  }, milliseconds / 20);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (posix) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended already.
  }
}
