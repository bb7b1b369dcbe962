import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { zeroHidden } from '../../model/lstm/hidden';
import { initializeWeights } from '../../model/lstm/initialization';
import { parameterCount } from '../../model/lstm/weights';
import { GraphBuilder } from '../../model/onnx/graphBuilder';
import type { BackendSettings, Batch, TrainingBackend } from '../../model/training/backend';
import { type BackendChoice, openBackend } from '../../model/training/backends/chooseBackend';
import { zeroMoments } from '../../model/training/optimizer';
import { markdownTable } from '../table';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';
import { Peer } from './peer';
import { median } from './statistics';

interface Shape {
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly batchSize: number;
  readonly sequenceLength: number;
}

const vocabularySize = 96;
const shapes: readonly Shape[] = [
  { hiddenSize: 128, numLayers: 2, batchSize: 50, sequenceLength: 50 },
  { hiddenSize: 512, numLayers: 2, batchSize: 100, sequenceLength: 100 },
  { hiddenSize: 512, numLayers: 3, batchSize: 50, sequenceLength: 50 },
];

interface Flags {
  readonly rounds: number;
  readonly steps: number;
  readonly backend: BackendChoice;
}

interface ShapeResult extends Shape {
  readonly milliseconds: number;
  readonly charactersPerSecond: number;
  readonly productShare: number;
  readonly residentGrowthMegabytes: number | null;
  readonly peerMilliseconds: number | null;
  /** The peer's time over ours: the median of the rounds' own ratios. */
  readonly ratio: number | null;
}

export const trainingBenchmark: Benchmark = {
  name: 'training',
  description: 'Milliseconds of a training step, beside PyTorch on the same shapes and beside the matrix product rate.',
  addOptions(command: Command): void {
    command
      .option('--backend <name>', 'the backend to measure', 'auto')
      .option('--rounds <n>', 'alternations between the engines', Number, 9)
      .option('--steps <n>', 'after the rounds, take this many steps and report how much memory grew', Number, 0);
  },
  async measure(context: BenchmarkContext): Promise<BenchmarkResult> {
    const flags = context.flags as unknown as Flags;
    const threads = availableParallelism();
    const peer = context.python === null ? null : new Peer(context.python, 'training_peer.py', [String(threads)]);
    const results: ShapeResult[] = [];
    try {
      for (const shape of shapes) {
        context.progress(`${nameOf(shape)} …`);
        results.push(await measureShape(shape, flags, threads, peer));
      }
    } finally {
      peer?.close();
    }
    return { markdown: report(results), json: { shapes: results } };
  },
};

async function measureShape(shape: Shape, flags: Flags, threads: number, peer: Peer | null): Promise<ShapeResult> {
  const settings = settingsOf(shape);
  const backend = await openBackend(flags.backend, settings, threads);
  const gemm = await MatrixProduct.create(threads);
  try {
    const step = await prepareSteps(backend, settings);
    await peer?.ask({ load: nameOf(shape), vocabularySize, ...shape });
    const ours: number[] = [];
    const peers: number[] = [];
    const products: number[] = [];
    const chunk = shape.hiddenSize < 256 ? 12 : 2;
    for (let round = -1; round < flags.rounds; round++) {
      const own = await timed(chunk, step);
      const answer = await peer?.ask<{ milliseconds: number[] }>({ run: nameOf(shape), steps: chunk });
      const product = await timed(3, () => gemm.run());
      if (round < 0) continue; // warms up
      ours.push(median(own));
      products.push(median(product));
      if (answer) peers.push(median(answer.milliseconds));
    }
    const milliseconds = median(ours);
    return {
      ...shape,
      milliseconds,
      charactersPerSecond: (1000 * shape.batchSize * shape.sequenceLength) / milliseconds,
      productShare: operations(shape) / milliseconds / (gemm.operations / median(products)),
      residentGrowthMegabytes: flags.steps > 0 ? await residentGrowth(flags.steps, step) : null,
      peerMilliseconds: peers.length > 0 ? median(peers) : null,
      ratio: peers.length > 0 ? median(peers.map((time, i) => time / ours[i]!)) : null,
    };
  } finally {
    await backend.dispose();
    await gemm.release();
  }
}

function settingsOf({ hiddenSize, numLayers, batchSize, sequenceLength }: Shape): BackendSettings {
  return {
    model: { cellType: 'lstm', vocabularySize, hiddenSize, numLayers },
    ...{ batchSize, sequenceLength, dropout: 0, seed: 1 },
    ...{ optimizer: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipValue: 5, clipNorm: 0 },
  };
}

/** Loads fresh weights; the result takes one step. */
async function prepareSteps(backend: TrainingBackend, settings: BackendSettings): Promise<() => Promise<unknown>> {
  const { model, optimizer, batchSize, sequenceLength } = settings;
  const hidden = zeroHidden(model, batchSize);
  await backend.load({ weights: initializeWeights(model, 1), moments: zeroMoments(model, optimizer), hidden, step: 0 });
  const size = batchSize * sequenceLength;
  const batch: Batch = {
    inputs: Int32Array.from({ length: size }, (_, i) => (i * 37) % vocabularySize),
    targets: Int32Array.from({ length: size }, (_, i) => (i * 53 + 1) % vocabularySize),
    carry: new Float32Array(batchSize).fill(1),
  };
  return () => backend.step(batch, 2e-3);
}

async function timed(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

/** Megabytes by which resident memory grows over `steps` steps, after a tenth of them as a start. */
async function residentGrowth(steps: number, step: () => Promise<unknown>): Promise<number> {
  await timed(Math.ceil(steps / 10), step);
  const before = process.memoryUsage.rss();
  await timed(steps, step);
  return (process.memoryUsage.rss() - before) / 1e6;
}

/** Floating-point operations of a step: 2 for each weight and character forward, twice that backward; look-ups free. */
function operations({ hiddenSize, numLayers, batchSize, sequenceLength }: Shape): number {
  const all = parameterCount({ cellType: 'lstm', vocabularySize, hiddenSize, numLayers });
  const lookedUp = vocabularySize * 4 * hiddenSize;
  return 6 * (all - lookedUp) * batchSize * sequenceLength;
}

/** ONNX Runtime's own n × n × n matrix product: how fast this machine could go. */
class MatrixProduct {
  private static readonly size = 2048;
  readonly operations = 2 * MatrixProduct.size ** 3;

  private constructor(
    private readonly session: InferenceSession,
    private readonly feeds: Record<string, Tensor>,
  ) {}

  static async create(threads: number): Promise<MatrixProduct> {
    const shape = [MatrixProduct.size, MatrixProduct.size];
    const graph = new GraphBuilder();
    for (const name of ['a', 'b']) graph.input(name, 'float32', shape);
    graph.node('MatMul', ['a', 'b'], { output: 'c' });
    graph.output('c', 'float32', shape);
    const session = await InferenceSession.create(graph.toModel(), { intraOpNumThreads: threads });
    const tensor = () => new Tensor('float32', new Float32Array(MatrixProduct.size ** 2).fill(0.5), shape);
    return new MatrixProduct(session, { a: tensor(), b: tensor() });
  }

  run(): Promise<unknown> {
    return this.session.run(this.feeds);
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

function nameOf({ hiddenSize, numLayers, batchSize, sequenceLength }: Shape): string {
  return `${numLayers}x${hiddenSize}, B ${batchSize}, T ${sequenceLength}`;
}

function report(results: readonly ShapeResult[]): string {
  const withPeer = results.some(({ ratio }) => ratio !== null);
  const withMemory = results.some(({ residentGrowthMegabytes }) => residentGrowthMegabytes !== null);
  const header = ['LSTM', 'ms a step', 'characters/s', 'share of the product rate'];
  if (withPeer) header.push('PyTorch ms', 'PyTorch / ours');
  if (withMemory) header.push('memory grew, MB');
  const rows = results.map((result) => [
    nameOf(result),
    result.milliseconds.toFixed(1),
    Math.round(result.charactersPerSecond).toLocaleString('en'),
    `${Math.round(100 * result.productShare)} %`,
    ...(withPeer ? [result.peerMilliseconds!.toFixed(1), `${result.ratio!.toFixed(2)}x`] : []),
    ...(withMemory ? [result.residentGrowthMegabytes!.toFixed(1)] : []),
  ]);
  const missing = withPeer
    ? ''
    : '\n\nPyTorch was not there to compare with: name a Python that has it with `--python`.';
  return `${markdownTable(header, rows)}${missing}`;
}
