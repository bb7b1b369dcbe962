import type { ModelConfiguration } from '../lstm/configuration';
import type { Weights } from '../lstm/weights';

/** How gradients become weights. Fixed for the life of a backend. */
export interface OptimizerSettings {
  readonly optimizer: 'adam' | 'rmsprop';
  /** Decay of the mean gradient (Adam's beta 1). */
  readonly beta1: number;
  /** Decay of the mean squared gradient (Adam's beta 2; RMSprop's alpha). */
  readonly beta2: number;
  readonly epsilon: number;
  /** Gradients are clipped by value to ±`clipValue` and then by global norm to `clipNorm`; 0 is off. */
  readonly clipValue: number;
  readonly clipNorm: number;
}

/** All that a backend needs to know before its first step. */
export interface BackendSettings extends OptimizerSettings {
  readonly model: ModelConfiguration;
  /** B: streams read side by side. */
  readonly batchSize: number;
  /** T: steps of truncated backpropagation through time. */
  readonly sequenceLength: number;
  /** The share of units dropped between layers and before the output; 0 is off. */
  readonly dropout: number;
  /** The seed of the dropout masks, which are a function of it and the step alone. */
  readonly seed: number;
}

/**
 * Everything that a training step changes: with it, a run goes on exactly where it stopped.
 * `moments` holds the optimizer's accumulators as `<accumulator>/<weight>`, for example `mean/output.bias`;
 * `hidden` the carried state as `layer0.h`, `layer0.c`, each [B, H].
 */
export interface TrainingState {
  readonly weights: Weights;
  readonly moments: Weights;
  readonly hidden: Weights;
  /** Steps taken so far. */
  readonly step: number;
}

/** Token ids of one step, both [T, B] row-major; `targets[t, b]` is the character that follows `inputs[t, b]`. */
export interface Batch {
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
  /** [B]: 1 where stream b goes on from the step before, 0 where it starts again and its state is cleared. */
  readonly carry: Float32Array;
}

export interface StepResult {
  /** Mean cross-entropy per character, in nats, before the update. */
  readonly loss: number;
  /** L2 norm of all gradients before clipping. */
  readonly gradientNorm: number;
}

/** The device that a backend works on went away: a driver was reset, a GPU was unplugged. Its state is gone with it. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

/**
 * One way of running training steps. The trainer above it owns batches, schedule, checkpoints and events, and calls
 * the methods one at a time; `step` only may be called again before it has answered.
 */
export interface TrainingBackend {
  readonly name: 'onnx' | 'webgpu' | 'tensorflow';
  /**
   * How many steps may be under way at once: 1, or more where the device begins the next step while the answer of the
   * last one still travels. They are taken, and answered, in the order of the calls.
   */
  readonly stepsInFlight: number;
  /** What does the work, for people: "CPU, 2 threads". */
  readonly device: string;
  /** Sets weights, moments and carried state. */
  load(state: TrainingState): Promise<void>;
  /**
   * Forward, backward, clip, update. The batch has been copied when the call returns.
   *
   * @throws DeviceLostError when the state is lost; a new backend can go on from an older one.
   */
  step(batch: Batch, learningRate: number): Promise<StepResult>;
  /**
   * The sum of a batch's losses in nats, without learning and without dropout. A target of V, one past the last
   * character, is left out. The carried state is a second one: batches of one evaluation follow each other, and
   * `carry` 0 starts afresh.
   */
  evaluate(batch: Batch): Promise<number>;
  /** Reads the state back: copies that the caller owns. */
  read(): Promise<TrainingState>;
  /** Gives memory and threads back. The backend is unusable afterwards. */
  dispose(): Promise<void>;
}
