import { zeroHidden } from '../../../lstm/hidden';
import type { Weights } from '../../../lstm/weights';
import {
  type BackendSettings,
  type Batch,
  DeviceLostError,
  type StepResult,
  type TrainingBackend,
  type TrainingState,
} from '../../backend';
import { accumulators } from '../../optimizer';
import { describeAbilities } from './abilities';
import { Gpu, type GpuOptions, GpuUnavailableError, usage } from './gpu';
import { timeMatrixProduct } from './matrixRate';
import type { GroupTimes } from './program';
import { SubmitPacing } from './submitPacing';
import type { KernelChoice } from './tiles';
import { TrainingStep } from './trainingStep';
import { chooseKernels } from './tuning';

export interface WebGpuBackendOptions extends GpuOptions {
  /** A device to share, which stays open when the backend is disposed of; one of its own by default. */
  readonly gpu?: Gpu;
  /** Measured on this device by default. */
  readonly choice?: KernelChoice;
  /** Parts of the batch to work on one after the other; as few as fit by default. */
  readonly slices?: number;
  /** Is told, in a sentence for people, what is not as it should be. */
  readonly notice?: (message: string) => void;
}

/**
 * Training on a GPU of any vendor by WebGPU: see `gpu.ts` for the device, `kernels/` for the arithmetic, and the two
 * schedules for the order of the kernels. Nothing is read back in a step but its loss and gradient norm, and those while
 * the next steps are already under way.
 */
export class WebGpuBackend implements TrainingBackend {
  readonly name = 'webgpu';
  readonly device: string;
  readonly stepsInFlight = 3;
  private stepCount = 0;
  private readonly pacing = new SubmitPacing();
  /** Buffers that losses are read through, free for the next step. */
  private readonly resultReaders: GPUBuffer[] = [];

  private constructor(
    private readonly gpu: Gpu,
    private readonly ownsGpu: boolean,
    private readonly settings: BackendSettings,
    private readonly programs: TrainingStep,
  ) {
    const abilities = describeAbilities(programs.choice.abilities);
    this.device = abilities === '' ? gpu.description : `${gpu.description} (${abilities})`;
  }

  /** @throws GpuUnavailableError when there is no GPU, or it is too small for the model. */
  static async create(settings: BackendSettings, options: WebGpuBackendOptions = {}): Promise<WebGpuBackend> {
    if (settings.model.cellType !== 'lstm') {
      throw new GpuUnavailableError(`it can't train a ${settings.model.cellType.toUpperCase()}`);
    }
    const start = () => WebGpuBackend.start(settings, options);
    return start().catch((error) => {
      if (!(error instanceof DeviceLostError) || options.gpu !== undefined) throw error;
      // Trying out kernels was too much for the driver. What every GPU can do has been remembered by now.
      return start();
    });
  }

  private static async start(settings: BackendSettings, options: WebGpuBackendOptions): Promise<WebGpuBackend> {
    const { slices, notice } = options;
    const gpu = options.gpu ?? (await Gpu.open(options));
    try {
      const choice = options.choice ?? (await chooseKernels(gpu, settings, notice && { notice }));
      const programs = await TrainingStep.prepare(gpu, settings, { choice, ...(slices && { slices }) });
      if (programs !== null) return new WebGpuBackend(gpu, options.gpu === undefined, settings, programs);
      throw new GpuUnavailableError(`the memory of ${gpu.description} is too small for this model`);
    } catch (error) {
      if (options.gpu === undefined) await gpu.dispose();
      throw error;
    }
  }

  async load(state: TrainingState): Promise<void> {
    this.gpu.check();
    this.programs.writeState(state);
    this.stepCount = state.step;
    await this.gpu.idle();
  }

  async step(batch: Batch, learningRate: number): Promise<StepResult> {
    const { gpu, programs, pacing } = this;
    gpu.check();
    programs.writeBatch(batch, this.stepCount);
    programs.writeLearningRate(learningRate, this.stepCount);
    this.stepCount++;
    const reader = this.resultReaders.pop() ?? this.createResultReader();
    const submittedAt = performance.now();
    programs.training.submit(pacing.parts, (encoder) => {
      encoder.copyBufferToBuffer(programs.buffers.result, 0, reader, 0, resultBytes);
    });
    const [loss, gradientNorm] = new Float32Array(await gpu.map(reader));
    pacing.observe(submittedAt, performance.now());
    this.resultReaders.push(reader);
    return { loss: loss!, gradientNorm: gradientNorm! };
  }

  async evaluate(batch: Batch): Promise<number> {
    const { gpu, programs, pacing, stepCount } = this;
    gpu.check();
    programs.writeBatch(batch, stepCount);
    programs.evaluation.submit(pacing.parts);
    const losses = new Float32Array(await gpu.read(programs.buffers.losses));
    return losses.reduce((sum, loss) => sum + loss, 0);
  }

  async read(): Promise<TrainingState> {
    const { gpu, settings } = this;
    gpu.check();
    const { buffers, shape } = this.programs;
    const { packing, streams } = shape;
    const readArray = async (buffer: GPUBuffer) => new Float32Array(await gpu.read(buffer));
    const weights: Weights = new Map(packing.unpack(await readArray(buffers.weights)));
    const moments: Weights = new Map();
    for (const accumulator of accumulators(settings.optimizer)) {
      const packed = await readArray(buffers[accumulator]);
      for (const [name, tensor] of packing.unpack(packed, `${accumulator}/`)) moments.set(name, tensor);
    }
    const hidden = zeroHidden(settings.model, settings.batchSize);
    for (const [index, { carried }] of buffers.slices.entries()) {
      packing.unpackState(await readArray(carried), hidden, index * streams, streams);
    }
    return { weights, moments, hidden, step: this.stepCount };
  }

  /** Takes a step on a batch and measures it on the GPU, by group of kernels; null where the device has no clock. */
  async timeStep(batch: Batch, learningRate: number): Promise<GroupTimes | null> {
    if (!this.gpu.canTime) return null;
    this.programs.writeBatch(batch, this.stepCount);
    this.programs.writeLearningRate(learningRate, this.stepCount);
    this.stepCount++;
    return this.programs.training.time();
  }

  /** Times one large matrix product by the same kernel that training uses. */
  timeMatrixProduct(): Promise<{ operations: number; milliseconds: number }> {
    return timeMatrixProduct(this.gpu, this.programs.choice);
  }

  async dispose(): Promise<void> {
    this.programs.destroy();
    for (const reader of this.resultReaders) reader.destroy();
    if (this.ownsGpu) await this.gpu.dispose();
  }

  private createResultReader(): GPUBuffer {
    return this.gpu.device.createBuffer({
      label: 'result reader',
      size: resultBytes,
      usage: usage.mapRead | usage.copyTarget,
    });
  }
}

/** The loss and the gradient norm, in float32. */
const resultBytes = 8;
