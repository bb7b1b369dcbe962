import { hiddenName, zeroHidden } from '../../../lstm/hidden';
import type { Weights } from '../../../lstm/weights';
import {
  type BackendSettings,
  type Batch,
  DeviceLostError,
  type StepResult,
  type TrainingBackend,
  type TrainingState,
} from '../../backend';
import type { Binding, Handle } from './binding';
import { clip } from './clipping';
import { createConstants } from './constants';
import { type LoadOptions, loadTensorFlow, TensorFlowUnavailableError } from './loader';
import type { LayerState } from './lstmLayer';
import { Network } from './network';
import { Operators, TensorFlowError } from './operators';
import { gradientsOf, Parameters } from './parameters';
import { computesRight } from './selfTest';

/**
 * Training with TensorFlow's own operators, on a GPU by CUDA or on the CPU, through the addon of a tfjs-node package
 * that the user has installed. A step is some hundred calls of operators, made and done on the thread of the caller,
 * which has a turn for everything else before each.
 */
export class TensorFlowBackend implements TrainingBackend {
  readonly name = 'tensorflow';
  readonly stepsInFlight = 1;
  readonly device: string;
  private readonly run: Operators;
  /** What lives as long as the backend. */
  private readonly constants: readonly Handle[];
  private readonly network: Network;
  private readonly parameters: Parameters;
  private training: LayerState[] = [];
  private evaluation: LayerState[] = [];
  private stepCount = 0;

  /** Use {@link create} where the binding is not known to be right. */
  constructor(
    binding: Binding,
    private readonly settings: BackendSettings,
  ) {
    this.run = new Operators(binding);
    this.device = `${binding.isUsingGpuDevice() ? 'GPU by CUDA' : 'CPU'}, TensorFlow ${binding.TF_Version}`;
    const constants = createConstants(this.run, settings);
    this.constants = Object.values(constants);
    this.network = new Network(this.run, constants, settings);
    this.parameters = new Parameters(this.run, settings);
  }

  /** @throws TensorFlowUnavailableError when TensorFlow is not there, has no GPU, or computes wrong results. */
  static async create(settings: BackendSettings, options: LoadOptions = {}): Promise<TensorFlowBackend> {
    const binding = loadTensorFlow(options);
    if (await computesRight((small) => new TensorFlowBackend(binding, small))) {
      return new TensorFlowBackend(binding, settings);
    }
    throw new TensorFlowUnavailableError(`TensorFlow ${binding.TF_Version} computes wrong results here`);
  }

  async load({ weights, moments, hidden, step }: TrainingState): Promise<void> {
    this.guard(() => {
      this.parameters.load(weights, moments);
      this.replace('training', this.createStates(hidden));
      // What is not a number stays so when `carry` clears it with a factor of 0.
      this.replace('evaluation', this.createStates(zeroHidden(this.settings.model, this.settings.batchSize)));
      this.stepCount = step;
    });
  }

  async step(batch: Batch, learningRate: number): Promise<StepResult> {
    const copy = copyOf(batch);
    await nextTurn();
    return this.guard(() => this.takeStep(copy, learningRate));
  }

  async evaluate(batch: Batch): Promise<number> {
    const { run } = this;
    const copy = copyOf(batch);
    await nextTurn();
    return this.guard(() => {
      const { loss, states } = run.scope(
        () => {
          const result = this.network.evaluate(this.parameters.values(), copy, this.evaluation);
          return { ...result, loss: run.read(result.loss)[0]! };
        },
        (kept) => tensorsOf(kept.states),
      );
      this.replace('evaluation', states);
      return loss;
    });
  }

  async read(): Promise<TrainingState> {
    const { model, batchSize } = this.settings;
    return this.guard(() => {
      const hidden = zeroHidden(model, batchSize);
      for (const [layer, state] of this.training.entries()) {
        hidden.get(hiddenName(layer, 'h'))!.data.set(this.run.read(state.h));
        hidden.get(hiddenName(layer, 'c'))!.data.set(this.run.read(state.c));
      }
      return { ...this.parameters.read(), hidden, step: this.stepCount };
    });
  }

  async dispose(): Promise<void> {
    this.parameters.destroy();
    this.replace('training', []);
    this.replace('evaluation', []);
    this.run.delete(this.constants);
  }

  private takeStep(batch: Batch, learningRate: number): StepResult {
    const { run, parameters, settings } = this;
    const { states, ...result } = run.scope(
      () => {
        // The values are released before the update, which then happens in place.
        const { gradients, norm, loss, states } = run.scope(
          () => {
            const pass = this.network.train(parameters.values(), batch, this.training, this.stepCount);
            return { ...pass, ...clip(run, gradientsOf(pass.gradients), settings) };
          },
          (kept) => [...kept.gradients, kept.norm, kept.loss, ...tensorsOf(kept.states)],
        );
        parameters.update(gradients, learningRate, ++this.stepCount);
        return { states, loss: run.read(loss)[0]!, gradientNorm: run.read(norm)[0]! };
      },
      (kept) => tensorsOf(kept.states),
    );
    this.replace('training', states);
    return result;
  }

  private createStates(hidden: Weights): LayerState[] {
    const { batchSize: B, model } = this.settings;
    return Array.from({ length: model.numLayers }, (_, layer) => {
      const create = (state: 'h' | 'c') => {
        const { data } = hidden.get(hiddenName(layer, state))!;
        return this.run.floats([B, model.hiddenSize], Float32Array.from(data));
      };
      return { h: create('h'), c: create('c') };
    });
  }

  private replace(which: 'training' | 'evaluation', states: LayerState[]): void {
    this.run.delete(tensorsOf(this[which]));
    this[which] = states;
  }

  /** A GPU that fails, or whose memory is too small, is lost to the training. */
  private guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof TensorFlowError)
        throw new DeviceLostError(`TensorFlow failed (${error.message})`, { cause: error });
      throw error;
    }
  }
}

function tensorsOf(states: readonly LayerState[]): Handle[] {
  return states.flatMap(({ h, c }) => [h, c]);
}

function copyOf({ inputs, targets, carry }: Batch): Batch {
  return { inputs: inputs.slice(), targets: targets.slice(), carry: carry.slice() };
}

/** Lets timers, messages and signals have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
