import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFileName } from '../onnx/modelFile';
import { checkpointPath } from './checkpoint';

/**
 * Makes room for a new training in a folder that holds an earlier one: its files get `.previous` names, in place of
 * those of the one before, so that a forgotten `--resume` costs nothing.
 *
 * @returns whether there was an earlier one.
 */
export async function setAsideEarlier(folder: string): Promise<boolean> {
  const pairs = [
    [join(folder, modelFileName), join(folder, 'model.previous.onnx')],
    [checkpointPath(folder), join(folder, 'checkpoint.previous.safetensors')],
  ] as const;
  let found = false;
  for (const [from, to] of pairs) {
    try {
      await rename(from, to);
      found = true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return found;
}
