import { existsSync } from 'node:fs';
import { copyFile, link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from '../files/explainFileError';
import { modelFileName } from '../onnx/modelFile';
import { checkpointPath } from './checkpoint';
import { logPath, previousLogPath } from './log/logFile';

/**
 * Keeps the earlier training of a folder when a new one begins there, under `.previous` names and in place of those of
 * the one before, so that a forgotten `--resume` costs nothing. They are second names of the same files, so that the
 * first ones stay until the new training has written its own.
 *
 * @returns whether there was an earlier one.
 * @throws UserError when a copy has to be made and the disk is full.
 */
export async function keepEarlier(folder: string): Promise<boolean> {
  const pairs = [
    [join(folder, modelFileName), join(folder, 'model.previous.onnx')],
    [checkpointPath(folder), join(folder, 'checkpoint.previous.safetensors')],
    [logPath(folder), previousLogPath(folder)],
  ] as const;
  const found = pairs.filter(([file]) => existsSync(file));
  if (found.length === 0) return false;
  // All of them: a log of one training is none of another's, although that one has none.
  for (const [, kept] of pairs) await rm(kept, { force: true });
  for (const [file, kept] of found) await keep(file, kept);
  return true;
}

async function keep(file: string, kept: string): Promise<void> {
  try {
    // Not every file system has second names.
    await link(file, kept).catch(() => copyFile(file, kept));
  } catch (error) {
    throw explainFileError(error, `${kept} was not written`);
  }
}
