import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as vscode from 'vscode';

/** A training that has not come to its end, as the workspace remembers it through reloads and crashes. */
export interface Marker {
  /** Where its checkpoint is. */
  readonly folder: string;
  /** `running`: nobody has stopped it, so if nothing trains now the window went away under it. */
  readonly state: 'running' | 'stopped';
  /** When it was last known to run, in milliseconds since 1970. */
  readonly seen: number;
}

const key = 'training';

/** How long ago a training may have run for the window to have been reloaded, not closed and opened much later. */
export const reloadMilliseconds = 3 * 60_000;
export const heartbeatMilliseconds = 30_000;

/** Keeps the {@link Marker} of a workspace. */
export class MarkerStore {
  constructor(private readonly memento: vscode.Memento) {}

  /** Null when there is none, or nothing was saved that could be gone on from. */
  read(): Marker | null {
    const marker = this.memento.get<Marker>(key);
    return marker !== undefined && existsSync(join(marker.folder, 'checkpoint.safetensors')) ? marker : null;
  }

  async write(folder: string, state: Marker['state']): Promise<void> {
    await this.memento.update(key, { folder, state, seen: Date.now() } satisfies Marker);
  }

  async clear(): Promise<void> {
    await this.memento.update(key, undefined);
  }
}

/** Whether a training goes on by itself when a window opens: only if the window was reloaded under it. */
export function resumesByItself(marker: Marker, now: number): boolean {
  return marker.state === 'running' && now - marker.seen < reloadMilliseconds;
}
