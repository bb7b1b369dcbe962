import { existsSync } from 'node:fs';
import type * as vscode from 'vscode';
import { checkpointPath } from '../../model/training/checkpoint';

/** A training that has not come to its end, as the workspace remembers it through reloads and crashes. */
export interface Marker {
  /** Where its checkpoint is. */
  readonly folder: string;
  /** `running`: nobody has stopped it, so if nothing trains now the window went away under it. */
  readonly state: 'running' | 'stopped';
  /** When it was last known to run, in milliseconds since 1970. */
  readonly seen: number;
}

interface StoredMarker extends Marker {
  /** The training before it, which can go on if this one comes to nothing. */
  readonly earlier?: Marker | undefined;
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
    const { earlier, ...latest } = this.memento.get<StoredMarker>(key) ?? {};
    const isSaved = (marker: Partial<Marker> | undefined): marker is Marker =>
      marker?.folder !== undefined && existsSync(checkpointPath(marker.folder));
    return [latest, earlier].find(isSaved) ?? null;
  }

  async write(folder: string, state: Marker['state']): Promise<void> {
    const before = this.memento.get<StoredMarker>(key);
    const earlier = before?.folder === folder ? before.earlier : (this.read() ?? undefined);
    await this.memento.update(key, { folder, state, seen: Date.now(), earlier } satisfies StoredMarker);
  }

  /** Nothing is to go on: the latest training has come to its end. */
  async clear(): Promise<void> {
    await this.memento.update(key, undefined);
  }

  /** Forgets a training that came to nothing; the one before it can still go on. */
  async forget(folder: string): Promise<void> {
    const marker = this.memento.get<StoredMarker>(key);
    if (marker?.folder === folder) await this.memento.update(key, marker.earlier);
  }
}

/** Whether a training goes on by itself when a window opens: only if the window was reloaded under it. */
export function resumesByItself(marker: Marker, now: number): boolean {
  return marker.state === 'running' && now - marker.seen < reloadMilliseconds;
}
