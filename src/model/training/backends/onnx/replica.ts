import { InferenceSession, Tensor } from 'onnxruntime-node';
import { effectiveKeepProbability, fillDropoutMask } from '../../../lstm/dropoutMask';
import { Barrier } from './barrier';
import { reduceGradients, updateShard } from './optimizerShard';
import { ParameterLayout } from './parameterLayout';
import { hiddenNames, openSharedMemory, part, type SharedArrays, type SharedMemory } from './sharedMemory';
import { buildEvaluationGraph, buildGradientGraph, names } from './trainingGraph';

/** What a replica is asked to do; answered when all replicas have done it. */
export type ReplicaCommand =
  /** Take weights and carried state from shared memory. */
  | { readonly kind: 'load' }
  /** Put the carried state into shared memory. */
  | { readonly kind: 'save' }
  /** A training step after `step` others. */
  | { readonly kind: 'step'; readonly step: number; readonly learningRate: number }
  /** The loss of the batch, with a carried state of its own. */
  | { readonly kind: 'evaluate' };

type Feeds = Record<string, Tensor>;

/**
 * One of the R copies of a model that train together. Each works on its own share of the B streams with one ONNX
 * Runtime session; then the gradients are added up in shared memory, and each replica updates its share of the
 * parameters for all. Rows of matrices and elementwise work thus both use every core, without the threads having to
 * meet at every one of some thousand small operators in a step.
 */
export class Replica {
  private readonly layout: ParameterLayout;
  private readonly weights: Float32Array;
  private readonly streams: { start: number; end: number };
  private readonly shard: { start: number; end: number };
  private readonly feeds: Feeds = {};
  private readonly evaluationState: Feeds = {};
  /** Where the gradients go, and null for the outputs that ONNX Runtime makes anew in each step. */
  private readonly fetches: Record<string, Tensor | null> = {};
  private readonly gradients: Float32Array;
  private readonly barrier: Barrier;
  private evaluation: InferenceSession | undefined;

  private constructor(
    private readonly memory: SharedMemory,
    private readonly shared: SharedArrays,
    private readonly index: number,
    private readonly session: InferenceSession,
    private readonly options: InferenceSession.SessionOptions,
  ) {
    const { settings, replicas } = memory;
    this.layout = new ParameterLayout(settings.model);
    this.weights = new Float32Array(this.layout.size);
    this.gradients = new Float32Array(this.layout.size);
    this.streams = part(settings.batchSize, replicas, index);
    this.shard = part(this.layout.size, replicas, index);
    this.barrier = new Barrier(shared.barrier, replicas);
    this.createFeeds();
  }

  /** @param threads for the operators of this replica. */
  static async create(memory: SharedMemory, index: number, threads: number): Promise<Replica> {
    const { settings } = memory;
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: threads,
      // The optimizer would fold the transposes back into the products that they were taken out of to be fast.
      graphOptimizationLevel: 'disabled',
      enableMemPattern: false,
      logSeverityLevel: 3,
    };
    const graph = buildGradientGraph({
      ...graphSettings(memory, index),
      keepProbability: settings.dropout > 0 ? effectiveKeepProbability(settings.dropout) : 1,
      threads,
    });
    const session = await InferenceSession.create(graph, options);
    return new Replica(memory, openSharedMemory(memory), index, session, options);
  }

  async run(command: ReplicaCommand): Promise<void> {
    try {
      if (command.kind === 'load') this.load();
      else if (command.kind === 'save') this.copyHidden((view, own) => view.set(own));
      else if (command.kind === 'step') await this.step(command.step, command.learningRate);
      else await this.evaluate();
    } catch (error) {
      this.barrier.break();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    await this.session.release();
    await this.evaluation?.release();
  }

  private load(): void {
    this.weights.set(this.shared.weights);
    this.copyHidden((view, own) => own.set(view));
    // What is not a number stays so when `carry` clears it with a factor of 0.
    for (const tensor of Object.values(this.evaluationState)) (tensor.data as Float32Array).fill(0);
  }

  private async step(step: number, learningRate: number): Promise<void> {
    const { shared } = this;
    this.readBatch();
    this.drawMasks(step);
    const results = await this.session.run(this.feeds, this.fetches);
    shared.gradients.set(this.gradients, this.index * this.layout.size);
    shared.losses[this.index] = (results[names.loss]!.data as Float32Array)[0]!;
    this.takeNextState(results, this.feeds);
    this.barrier.wait();
    this.updateParameters(step, learningRate);
    this.barrier.wait();
    this.weights.set(shared.weights);
  }

  /** Adds up this replica's share of the gradients, and applies it once all know the norm of the whole. */
  private updateParameters(step: number, learningRate: number): void {
    const { shared, shard, memory, index } = this;
    const { settings, replicas } = memory;
    const { squares, clippedSquares } = reduceGradients(shared, shard, replicas, settings.clipValue);
    shared.squares[index] = squares;
    shared.clippedSquares[index] = clippedSquares;
    this.barrier.wait();
    const norm = Math.sqrt(shared.clippedSquares.reduce((sum, part) => sum + part, 0));
    const scale = settings.clipNorm > 0 && norm > settings.clipNorm ? settings.clipNorm / norm : 1;
    updateShard(shared, shard, settings, { learningRate, step: step + 1, scale });
  }

  private async evaluate(): Promise<void> {
    this.evaluation ??= await InferenceSession.create(
      buildEvaluationGraph(graphSettings(this.memory, this.index)),
      this.options,
    );
    this.readBatch();
    const feeds: Feeds = { ...this.evaluationState };
    for (const name of this.evaluation.inputNames) feeds[name] ??= this.feeds[name]!;
    const results = await this.evaluation.run(feeds);
    this.takeNextState(results, this.evaluationState);
    this.shared.losses[this.index] = (results[names.loss]!.data as Float32Array)[0]!;
  }

  private createFeeds(): void {
    const { settings } = this.memory;
    const { sequenceLength: T, model } = settings;
    const { hiddenSize: H } = model;
    const B = this.streams.end - this.streams.start;
    for (const slot of this.layout.slots) {
      this.feeds[slot.name] = new Tensor('float32', this.layout.view(this.weights, slot), slot.shape);
      const gradient = this.layout.view(this.gradients, slot);
      this.fetches[names.gradient(slot.name)] = new Tensor('float32', gradient, slot.shape);
    }
    this.fetches[names.loss] = null;
    for (const name of [names.inputs, names.targets]) {
      this.feeds[name] = new Tensor('int32', new Int32Array(T * B), [T, B]);
    }
    this.feeds[names.carry] = new Tensor('float32', new Float32Array(B), [B, 1]);
    for (const { layer, state } of hiddenNames(model)) {
      const name = names.state(layer, state);
      this.feeds[name] = new Tensor('float32', new Float32Array(B * H), [B, H]);
      this.fetches[names.nextState(layer, state)] = null;
      this.evaluationState[name] = new Tensor('float32', new Float32Array(B * H), [B, H]);
    }
    if (settings.dropout === 0) return;
    for (let layer = 0; layer < model.numLayers; layer++) {
      this.feeds[names.mask(layer)] = new Tensor('uint8', new Uint8Array(T * B * H), [T, B, H]);
    }
  }

  /** Copies this replica's columns of the batch, [T, B] in shared memory, into its inputs. */
  private readBatch(): void {
    const { batchSize: B, sequenceLength: T } = this.memory.settings;
    const { start, end } = this.streams;
    const width = end - start;
    for (const name of [names.inputs, names.targets]) {
      const own = this.feeds[name]!.data as Int32Array;
      for (let t = 0; t < T; t++) own.set(this.shared[name].subarray(t * B + start, t * B + end), t * width);
    }
    (this.feeds[names.carry]!.data as Float32Array).set(this.shared.carry.subarray(start, end));
  }

  private drawMasks(step: number): void {
    const { settings } = this.memory;
    if (settings.dropout === 0) return;
    const { numLayers, hiddenSize: H } = settings.model;
    const { start, end } = this.streams;
    const { sequenceLength: T, seed } = settings;
    const keepProbability = effectiveKeepProbability(settings.dropout);
    const ofStream = new Uint8Array(T * H);
    for (let layer = 0; layer < numLayers; layer++) {
      const mask = this.feeds[names.mask(layer)]!.data as Uint8Array;
      for (let stream = start; stream < end; stream++) {
        fillDropoutMask(ofStream, { seed, step, layer, stream, keepProbability });
        for (let t = 0; t < T; t++) {
          mask.set(ofStream.subarray(t * H, (t + 1) * H), (t * (end - start) + stream - start) * H);
        }
      }
    }
  }

  /** The state after this run is the state before the next. */
  private takeNextState(results: InferenceSession.OnnxValueMapType, feeds: Feeds): void {
    for (const { layer, state } of hiddenNames(this.memory.settings.model)) {
      feeds[names.state(layer, state)] = results[names.nextState(layer, state)] as Tensor;
    }
  }

  /** Calls `copy` with this replica's rows of each carried state, in shared memory and here. */
  private copyHidden(copy: (view: Float32Array, own: Float32Array) => void): void {
    const { batchSize: B, model } = this.memory.settings;
    const { hiddenSize: H } = model;
    hiddenNames(model).forEach(({ layer, state }, tensor) => {
      const from = (tensor * B + this.streams.start) * H;
      const to = (tensor * B + this.streams.end) * H;
      copy(this.shared.hidden.subarray(from, to), this.feeds[names.state(layer, state)]!.data as Float32Array);
    });
  }
}

function graphSettings({ settings, replicas }: SharedMemory, index: number) {
  const { start, end } = part(settings.batchSize, replicas, index);
  return {
    model: settings.model,
    batchSize: end - start,
    sequenceLength: settings.sequenceLength,
    lossCharacters: settings.batchSize * settings.sequenceLength,
  };
}
