import { parentPort, workerData } from 'node:worker_threads';
import { Replica, type ReplicaCommand } from './replica';
import type { SharedMemory } from './sharedMemory';

/** What a training thread is started with. */
export interface WorkerData {
  readonly memory: SharedMemory;
  readonly index: number;
  readonly threads: number;
}

/** What it answers: ready after its start, done after each command, or why it can't go on. */
export type WorkerAnswer = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** The entry point of a training thread: one replica that runs commands in the order in which they come. */
async function main({ memory, index, threads }: WorkerData): Promise<void> {
  const port = parentPort!;
  const answer = (message: WorkerAnswer) => port.postMessage(message);
  const fail = (error: unknown) =>
    answer({ kind: 'failed', message: error instanceof Error ? error.message : `${error}` });
  try {
    const replica = await Replica.create(memory, index, threads);
    port.on('message', (command: ReplicaCommand | { kind: 'dispose' }) => {
      const work = command.kind === 'dispose' ? replica.dispose().then(() => port.close()) : replica.run(command);
      work.then(() => answer({ kind: 'done' }), fail);
    });
    answer({ kind: 'done' });
  } catch (error) {
    fail(error);
  }
}

void main(workerData as WorkerData);
