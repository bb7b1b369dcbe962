import type { LogEntry } from '../../../model/training/log/entries';

/**
 * The log of a training that runs: what its file had when it was read, and then what has been logged since its start that
 * the file did not have. Entries say where the training stood, so that none is equal to another.
 */
export function mergeLogs(stored: readonly LogEntry[], logged: readonly LogEntry[]): LogEntry[] {
  const known = new Set(stored.map((entry) => JSON.stringify(entry)));
  return [...stored, ...logged.filter((entry) => !known.has(JSON.stringify(entry)))];
}
