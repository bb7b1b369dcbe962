import { createInterface } from 'node:readline';
import { acquireLock, type Lock } from '../../../src/model/files/lock';

// A process that takes and releases the lock of a folder when it is told to, and says what came of it.

const folder = process.argv[2]!;
let lock: Lock | undefined;

async function obey(command: string): Promise<string> {
  if (command === 'release') {
    await lock?.release();
    lock = undefined;
    return 'released';
  }
  try {
    lock = await acquireLock(folder);
    return 'held';
  } catch (error) {
    return (error as Error).message;
  }
}

createInterface({ input: process.stdin }).on('line', async (command) => {
  console.log(await obey(command));
});
