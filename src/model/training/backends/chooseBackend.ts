import type { BackendSettings, TrainingBackend } from '../backend';
import { OnnxBackend } from './onnx/onnxBackend';
import { findPackage, TensorFlowUnavailableError } from './tensorflow/loader';
import { TensorFlowBackend } from './tensorflow/tensorFlowBackend';
import { GpuUnavailableError } from './webgpu/gpu';
import { WebGpuBackend } from './webgpu/webGpuBackend';

export type BackendChoice = 'auto' | TrainingBackend['name'];

/**
 * Opens a training backend. `auto` takes a GPU where WebGPU finds one that is real, or else TensorFlow where that is
 * installed, and else the CPU. `tensorflow` goes on as `auto` does where TensorFlow has no GPU: on a CPU others are
 * faster.
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
  const onCpu = () => OnnxBackend.create(settings, { threads });
  if (choice === 'onnx') return onCpu();
  const { cellType } = settings.model;
  if (cellType !== 'lstm') {
    notice(`Training on the CPU: only the LSTM can be trained on a GPU, not the ${cellType.toUpperCase()}.`);
    return onCpu();
  }
  if (choice === 'tensorflow') {
    try {
      return await TensorFlowBackend.create(settings, { threads });
    } catch (error) {
      notice(`Training without TensorFlow: ${reasonOf(error)}.`);
    }
  }
  try {
    return await WebGpuBackend.create(settings, { notice });
  } catch (error) {
    if (choice === 'webgpu') throw error;
    const reasons = [reasonOf(error)];
    if (choice === 'auto' && findPackage() !== null) {
      try {
        return await TensorFlowBackend.create(settings, { threads });
      } catch (error) {
        reasons.push(reasonOf(error));
      }
    }
    notice(`Training on the CPU: ${reasons.join(', and ')}.`);
    return onCpu();
  }
}

/** Whatever is wrong with a GPU that nobody asked for by name, the CPU is there. */
function reasonOf(error: unknown): string {
  if (error instanceof GpuUnavailableError || error instanceof TensorFlowUnavailableError) return error.reason;
  return `the GPU failed (${error instanceof Error ? error.message : String(error)})`;
}
