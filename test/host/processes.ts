import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  /** Its command line, arguments separated by spaces. */
  readonly command: string;
}

/**
 * The processes whose environment holds the given entry (`NAME=value`). A child inherits it, so that this also finds
 * those whose parent is gone. Reads Linux's /proc.
 */
export function processesWith(entry: string): RunningProcess[] {
  const found: RunningProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(entry)) continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // What has ended but was not yet waited for has no command line.
      if (command !== '') found.push({ pid: Number(name), command });
    } catch {
      // It ended between the listing and the reading, or is another user's.
    }
  }
  return found;
}

/** Those of {@link processesWith} that are still there after a time to end by themselves. */
export async function survivorsOf(entry: string, patienceMs: number): Promise<RunningProcess[]> {
  const end = performance.now() + patienceMs;
  let survivors = processesWith(entry);
  while (survivors.length > 0 && performance.now() < end) {
    await sleep(100);
    survivors = processesWith(entry);
  }
  return survivors;
}

/** Ends processes at once; one that is gone already is no error. */
export function killAll(processes: readonly RunningProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}
