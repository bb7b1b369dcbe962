import { existsSync } from 'node:fs';
import { copyFile, link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFileName } from '../onnx/modelFile';
import { checkpointPath } from './checkpoint';
import { logPath, previousLogPath } from './log/logFile';

/**
 * Keeps the earlier training of a folder when a new one begins there, under `.previous` names and in place of those of
 * the one before, so that a forgotten `--resume` costs nothing. They are second names of the same files, so that the
 * first ones stay until the new training has written its own.
 *
 * @returns whether there was an earlier one.
 */
export async function keepEarlier(folder: string): Promise<boolean> {
  const pairs = [
    [join(folder, modelFileName), join(folder, 'model.previous.onnx')],
    [checkpointPath(folder), join(folder, 'checkpoint.previous.safetensors')],
    [logPath(folder), previousLogPath(folder)],
  ] as const;
  const found = pairs.filter(([file]) => existsSync(file));
  for (const [file, kept] of found) {
    await rm(kept, { force: true });
    // Not every file system has second names.
    await link(file, kept).catch(() => copyFile(file, kept));
  }
  return found.length > 0;
}
