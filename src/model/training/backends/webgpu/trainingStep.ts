import type { BackendSettings, Batch, TrainingState } from '../../backend';
import { accumulators } from '../../optimizer';
import { scheduleBackward } from './backwardSchedule';
import { allocateBuffers, type Buffers, destroyBuffers, lossesPerSlice } from './buffers';
import { type Schedule, scheduleForward } from './forwardSchedule';
import type { Gpu } from './gpu';
import { createKernels, type Kernels } from './kernels/all';
import { gradientNormGroups } from './kernels/gradientNorm';
import { fillMaskStates } from './maskStates';
import { type Program, ProgramBuilder } from './program';
import { chooseSlices, type StepShape } from './shape';
import { sliceOf } from './slices';
import type { KernelChoice } from './tiles';

/** Larger than any gradient: clipping by value is off. */
const noLimit = 3e38;
/** Workgroups at most that update weights; each thread takes several elements. */
const mostOptimizerGroups = 2048;

export interface StepOptions {
  readonly choice: KernelChoice;
  /** Parts of the batch to work on one after the other; as few as fit by default. */
  readonly slices?: number;
}

/**
 * Everything that is needed to take training steps and to evaluate: memory, kernels, and the two programs that run them.
 * Made for one shape, one set of tiles and one device.
 */
export class TrainingStep {
  private constructor(
    private readonly gpu: Gpu,
    private readonly settings: BackendSettings,
    readonly choice: KernelChoice,
    readonly shape: StepShape,
    readonly buffers: Buffers,
    private readonly kernels: Kernels,
    readonly training: Program,
    readonly evaluation: Program,
    private readonly optimizerIndex: number,
  ) {}

  /** Null where the device has too little memory, whatever the slices. */
  static async prepare(gpu: Gpu, settings: BackendSettings, options: StepOptions): Promise<TrainingStep | null> {
    const { choice } = options;
    const { tiles } = choice;
    let shape = chooseSlices(settings, tiles, gpu.limits, options.slices);
    while (shape !== null) {
      const buffers = await allocateBuffers(gpu, shape, tiles, settings);
      if (buffers !== null) {
        return TrainingStep.build(gpu, settings, choice, shape, buffers).catch((error) => {
          destroyBuffers(buffers);
          throw error;
        });
      }
      shape = chooseSlices(settings, tiles, gpu.limits, 2 * shape.slices);
    }
    return null;
  }

  private static async build(
    gpu: Gpu,
    settings: BackendSettings,
    choice: KernelChoice,
    shape: StepShape,
    buffers: Buffers,
  ) {
    const kernels = createKernels(choice);
    const common = { kernels, tiles: choice.tiles, shape, buffers };
    const scale = gradientScale(settings) / (settings.batchSize * settings.sequenceLength);
    const [training, evaluation] = [new ProgramBuilder(gpu), new ProgramBuilder(gpu)];
    for (const [sliceIndex, slice] of buffers.slices.entries()) {
      const part: Omit<Schedule, 'builder'> = { ...common, slice, sliceIndex };
      const dropout = shape.keepScale > 0;
      scheduleForward({ ...part, builder: training }, { carried: slice.carried, dropout, scale });
      scheduleBackward({ ...part, builder: training }, dropout, gpu.limits);
      const carried = slice.evaluationCarried;
      scheduleForward({ ...part, builder: evaluation }, { carried, dropout: false, scale });
    }
    const index = scheduleUpdate(training, kernels, shape, buffers, settings);
    const programs = [await training.build(), await evaluation.build()] as const;
    return new TrainingStep(gpu, settings, choice, shape, buffers, kernels, ...programs, index);
  }

  /** Sends weights, moments and carried state to the GPU. */
  writeState({ weights, moments, hidden }: TrainingState): void {
    const { buffers, shape } = this;
    const { packing, streams } = shape;
    const { queue } = this.gpu.device;
    queue.writeBuffer(buffers.weights, 0, packing.pack(weights));
    for (const accumulator of accumulators(this.settings.optimizer)) {
      queue.writeBuffer(buffers[accumulator], 0, packing.pack(moments, `${accumulator}/`));
    }
    for (const [index, { carried }] of buffers.slices.entries()) {
      queue.writeBuffer(carried, 0, packing.packState(hidden, index * streams, streams));
    }
  }

  /** Sends a batch to the GPU. @throws RangeError for a token outside the vocabulary. */
  writeBatch(batch: Batch, step: number): void {
    checkTokens(batch, this.settings);
    const { queue } = this.gpu.device;
    for (const [index, slice] of this.buffers.slices.entries()) {
      const { inputs, targets, carry } = sliceOf(batch, this.settings, this.shape, index);
      queue.writeBuffer(slice.inputs, 0, inputs);
      queue.writeBuffer(slice.targets, 0, targets);
      queue.writeBuffer(slice.carry, 0, carry);
      if (this.shape.keepScale > 0) {
        queue.writeBuffer(slice.maskStates, 0, fillMaskStates(this.settings.seed, step, this.shape, index));
      }
    }
  }

  /** Sets the numbers of the next update. @param step steps taken before it. */
  writeLearningRate(learningRate: number, step: number): void {
    const parameters = updateParameters(this.shape, this.settings, learningRate, step);
    this.training.setParameters(this.kernels.optimizer, this.optimizerIndex, parameters);
  }

  destroy(): void {
    this.training.destroy();
    this.evaluation.destroy();
    destroyBuffers(this.buffers);
  }
}

/** Adds the gradient norm and the update; returns the index of the update, whose numbers change with every step. */
function scheduleUpdate(
  builder: ProgramBuilder,
  kernels: Kernels,
  shape: StepShape,
  buffers: Buffers,
  settings: BackendSettings,
): number {
  const { weights, gradients, mean, meanSquare, squares, losses, result } = buffers;
  const { length } = shape.packing;
  builder.add(
    'update',
    kernels.gradientNorm,
    { gradients, squares },
    { length, clipValue: settings.clipValue || noLimit, scale: 1 / gradientScale(settings) },
    [squareCount(shape)],
  );
  return builder.add(
    'update',
    kernels.optimizer,
    { weights, gradients, mean, meanSquare, squares, losses, result },
    updateParameters(shape, settings, 0, 0),
    [Math.min(mostOptimizerGroups, Math.ceil(length / 256))],
  );
}

/**
 * Gradients of the mean over a large batch are so small that 16-bit floats would lose them: until the update they are
 * this many times too large, a power of two, which float32 does not notice. A sixteenth of the batch leaves room above.
 */
function gradientScale({ batchSize, sequenceLength }: BackendSettings): number {
  return 2 ** Math.round(Math.log2((batchSize * sequenceLength) / 16));
}

function squareCount({ packing }: StepShape): number {
  return Math.min(gradientNormGroups, Math.ceil(packing.length / 256));
}

/** What the optimizer's kernel is told; see there. */
function updateParameters(shape: StepShape, settings: BackendSettings, learningRate: number, step: number) {
  const { batchSize, sequenceLength, clipValue, clipNorm, beta1, beta2, epsilon, optimizer } = settings;
  const adam = optimizer === 'adam';
  const correction = adam ? Math.sqrt(1 - beta2 ** (step + 1)) : 1;
  return {
    length: shape.packing.length,
    squareCount: squareCount(shape),
    lossCount: shape.slices * lossesPerSlice(shape),
    lossScale: 1 / (batchSize * sequenceLength),
    gradientScale: 1 / gradientScale(settings),
    clipValue: clipValue || noLimit,
    clipNorm,
    adam: Number(adam),
    ...{ beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2 },
    rate: adam ? (learningRate * correction) / (1 - beta1 ** (step + 1)) : learningRate,
    epsilon: epsilon * correction,
  };
}

function checkTokens({ inputs, targets }: Batch, { model }: BackendSettings): void {
  const V = model.vocabularySize;
  if (inputs.some((token) => !(token >= 0 && token < V)) || targets.some((token) => !(token >= 0 && token <= V))) {
    throw new RangeError(`a batch has a token outside the vocabulary of ${V}`);
  }
}
