import { UserError } from '../../errors';
import type { BackendSettings, TrainingBackend } from '../backend';
import { OnnxBackend } from './onnx/onnxBackend';

export type BackendChoice = 'auto' | TrainingBackend['name'];

/**
 * Opens a training backend. `auto` takes the fastest that works on this machine.
 *
 * @param threads CPU cores to use.
 * @throws UserError when the backend that was asked for can't be had.
 */
export async function openBackend(
  choice: BackendChoice,
  settings: BackendSettings,
  threads: number,
): Promise<TrainingBackend> {
  if (choice === 'auto' || choice === 'onnx') return OnnxBackend.create(settings, { threads });
  throw new UserError(`This version trains on the CPU only: use the backend "onnx" or "auto" instead of "${choice}".`);
}
