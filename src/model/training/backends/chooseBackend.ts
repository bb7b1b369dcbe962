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
  const onWebGpu = () => WebGpuBackend.create(settings, { notice });
  const onTensorFlow = () => TensorFlowBackend.create(settings, { threads });
  const candidates: Record<typeof choice, readonly (() => Promise<TrainingBackend>)[]> = {
    auto: findPackage() === null ? [onWebGpu] : [onWebGpu, onTensorFlow],
    webgpu: [onWebGpu],
    tensorflow: [onTensorFlow, onWebGpu],
  };
  const reasons: string[] = [];
  for (const open of candidates[choice]) {
    try {
      return await open();
    } catch (error) {
      if (choice === 'webgpu') throw error;
      if (choice === 'tensorflow' && open === onTensorFlow) notice(`Training without TensorFlow: ${reasonOf(error)}.`);
      else reasons.push(reasonOf(error));
    }
  }
  notice(`Training on the CPU: ${reasons.join(', and ')}.`);
  return onCpu();
}

/** Whatever is wrong with a GPU that nobody asked for by name, the CPU is there. */
function reasonOf(error: unknown): string {
  if (error instanceof GpuUnavailableError || error instanceof TensorFlowUnavailableError) return error.reason;
  return `the GPU failed (${error instanceof Error ? error.message : String(error)})`;
}
