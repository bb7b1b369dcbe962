import { UserError } from '../../errors';
import type { BackendSettings, TrainingBackend } from '../backend';
import { OnnxBackend } from './onnx/onnxBackend';
import { GpuUnavailableError } from './webgpu/gpu';
import { WebGpuBackend } from './webgpu/webGpuBackend';

export type BackendChoice = 'auto' | TrainingBackend['name'];

/**
 * Opens a training backend. `auto` takes a GPU where WebGPU finds one that is real, and else the CPU.
 *
 * @param threads CPU cores to use.
 * @param notice is told, in a sentence for people, when the work goes to the CPU although it was not asked for.
 * @throws UserError when the backend that was asked for can't be had.
 */
export async function openBackend(
  choice: BackendChoice,
  settings: BackendSettings,
  threads: number,
  notice: (message: string) => void = () => undefined,
): Promise<TrainingBackend> {
  if (choice === 'tensorflow') {
    throw new UserError('There is no backend "tensorflow" in this version: use "auto", "webgpu" or "onnx" instead.');
  }
  const onCpu = () => OnnxBackend.create(settings, { threads });
  if (choice === 'onnx') return onCpu();
  const { cellType } = settings.model;
  if (cellType !== 'lstm') {
    notice(`Training on the CPU: only the LSTM can be trained on a GPU, not the ${cellType.toUpperCase()}.`);
    return onCpu();
  }
  try {
    return await WebGpuBackend.create(settings, { notice });
  } catch (error) {
    if (choice === 'webgpu') throw error;
    notice(`Training on the CPU: ${reasonOf(error)}.`);
    return onCpu();
  }
}

/** Whatever is wrong with a GPU that nobody asked for by name, the CPU is there. */
function reasonOf(error: unknown): string {
  if (error instanceof GpuUnavailableError) return error.reason;
  return `the GPU failed (${error instanceof Error ? error.message : String(error)})`;
}
