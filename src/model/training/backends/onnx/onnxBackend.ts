import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { hiddenName } from '../../../lstm/hidden';
import type { Weights } from '../../../lstm/weights';
import type { BackendSettings, Batch, StepResult, TrainingBackend, TrainingState } from '../../backend';
import { accumulators } from '../../optimizer';
import { Barrier } from './barrier';
import { ParameterLayout } from './parameterLayout';
import type { ReplicaCommand } from './replica';
import {
  allocateSharedMemory,
  hiddenNames,
  openSharedMemory,
  type SharedArrays,
  type SharedMemory,
} from './sharedMemory';
import type { WorkerAnswer, WorkerData } from './worker';

export interface OnnxBackendOptions {
  /** Cores to use; all by default. */
  readonly threads?: number;
  /** Copies of the model that share each batch; chosen from threads and batch size by default. */
  readonly replicas?: number;
}

/** Fewer streams than this per replica waste more on small matrices than a further core brings. */
const minimumStreamsPerReplica = 8;

/** How many replicas train together: one a core, unless the batch is too small to be shared by so many. */
export function chooseReplicas(batchSize: number, threads: number): number {
  return Math.max(1, Math.min(threads, Math.floor(batchSize / minimumStreamsPerReplica)));
}

/**
 * Training on the CPU with ONNX Runtime. The work is done by worker threads (see `replica.ts`), so that the thread of
 * the caller stays free to show progress and to be interrupted.
 */
export class OnnxBackend implements TrainingBackend {
  readonly name = 'onnx';
  readonly stepsInFlight = 1;
  readonly device: string;
  private readonly shared: SharedArrays;
  private readonly layout: ParameterLayout;
  private stepCount = 0;

  private constructor(
    private readonly memory: SharedMemory,
    private readonly workers: readonly TrainingThread[],
    threads: number,
  ) {
    this.shared = openSharedMemory(memory);
    this.layout = new ParameterLayout(memory.settings.model);
    this.device = `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  }

  static async create(settings: BackendSettings, options: OnnxBackendOptions = {}): Promise<OnnxBackend> {
    const threads = options.threads ?? availableParallelism();
    const replicas = options.replicas ?? chooseReplicas(settings.batchSize, threads);
    const memory = allocateSharedMemory(settings, replicas);
    const barrier = new Barrier(openSharedMemory(memory).barrier, replicas);
    const perReplica = Math.max(1, Math.floor(threads / replicas));
    const workers = Array.from({ length: replicas }, (_, index) => {
      return new TrainingThread({ memory, index, threads: perReplica }, () => barrier.break());
    });
    try {
      await Promise.all(workers.map((worker) => worker.ready));
    } catch (error) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw error;
    }
    return new OnnxBackend(memory, workers, Math.max(threads, replicas));
  }

  async load(state: TrainingState): Promise<void> {
    const { layout, shared } = this;
    layout.pack(state.weights, shared.weights);
    for (const accumulator of this.accumulators()) layout.pack(state.moments, shared[accumulator], `${accumulator}/`);
    for (const { name, view } of this.hidden()) view.set(state.hidden.get(name)!.data);
    this.stepCount = state.step;
    await this.all({ kind: 'load' });
  }

  async step(batch: Batch, learningRate: number): Promise<StepResult> {
    this.writeBatch(batch);
    await this.all({ kind: 'step', step: this.stepCount, learningRate });
    this.stepCount++;
    return { loss: sum(this.shared.losses), gradientNorm: Math.sqrt(sum(this.shared.squares)) };
  }

  async evaluate(batch: Batch): Promise<number> {
    this.writeBatch(batch);
    await this.all({ kind: 'evaluate' });
    return sum(this.shared.losses);
  }

  async read(): Promise<TrainingState> {
    await this.all({ kind: 'save' });
    const { layout, shared } = this;
    const moments: Weights = new Map(
      this.accumulators().flatMap((accumulator) => layout.unpack(shared[accumulator], `${accumulator}/`)),
    );
    const { batchSize: B, model } = this.memory.settings;
    const hidden: Weights = new Map(
      this.hidden().map(({ name, view }) => [name, { shape: [B, model.hiddenSize], data: Float32Array.from(view) }]),
    );
    return { weights: new Map(layout.unpack(shared.weights)), moments, hidden, step: this.stepCount };
  }

  async dispose(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.dispose()));
  }

  private async all(command: ReplicaCommand): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.run(command)));
  }

  private writeBatch(batch: Batch): void {
    this.shared.inputs.set(batch.inputs);
    this.shared.targets.set(batch.targets);
    this.shared.carry.set(batch.carry);
  }

  private accumulators() {
    return accumulators(this.memory.settings.optimizer);
  }

  /** The carried states in shared memory, each [B, H]. */
  private hidden(): { name: string; view: Float32Array }[] {
    const { batchSize, model } = this.memory.settings;
    const length = batchSize * model.hiddenSize;
    return hiddenNames(model).map(({ layer, state }, index) => ({
      name: hiddenName(layer, state),
      view: this.shared.hidden.subarray(index * length, (index + 1) * length),
    }));
  }
}

/** A worker thread with one replica in it; commands are answered one at a time. */
class TrainingThread {
  /** Settled when the replica is built, or could not be. */
  readonly ready: Promise<void>;
  private readonly worker: Worker;
  private settle: { resolve(): void; reject(error: Error): void } | undefined;
  private ended: Error | undefined;

  /** @param onEnd called when the thread is gone, so that no other waits for it. */
  constructor(data: WorkerData, onEnd: () => void) {
    this.worker = new Worker(workerFile(), { workerData: data });
    this.worker.on('message', (answer: WorkerAnswer) => {
      if (answer.kind === 'done') this.settle?.resolve();
      else this.settle?.reject(new Error(answer.message));
    });
    this.worker.on('error', (error) => this.settle?.reject(error));
    this.worker.on('exit', (code) => {
      this.ended = new Error(`a training thread ended with code ${code}`);
      this.settle?.reject(this.ended);
      onEnd();
    });
    this.ready = this.answer();
  }

  run(command: ReplicaCommand | { kind: 'dispose' }): Promise<void> {
    const answered = this.answer();
    this.worker.postMessage(command);
    return answered;
  }

  async dispose(): Promise<void> {
    await this.run({ kind: 'dispose' }).catch(() => undefined);
    await this.terminate();
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private answer(): Promise<void> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }
}

/** The bundle of `worker.ts`: beside the bundle that this runs in or, from the sources, in the build folder. */
function workerFile(): string {
  const beside = join(__dirname, 'trainingWorker.cjs');
  return existsSync(beside) ? beside : join(__dirname, '../../../../../dist/trainingWorker.cjs');
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
