import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { UserError } from '../../model/errors';
import { GraphBuilder } from '../../model/onnx/graphBuilder';
import { threadsAsleep } from '../../model/onnx/threadsAsleep';
import { median } from '../../model/statistics';
import { type BackendChoice, openBackend } from '../../model/training/backends/chooseBackend';
import { WebGpuBackend } from '../../model/training/backends/webgpu/webGpuBackend';
import { markdownTable } from '../table';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';
import { type GpuShapeResult, measureGpuShape, reportGpu } from './gpuTraining';
import { Peer } from './peer';
import { measureTensorFlow } from './tensorFlowTraining';
import {
  batchOf,
  cpuShapes,
  gpuShapes,
  learningRate,
  loadFresh,
  nameOf,
  operations,
  type Shape,
  settingsOf,
  stepsPerRound,
  timed,
  vocabularySize,
} from './trainingShapes';

interface Flags {
  readonly rounds: number;
  readonly steps: number;
  readonly backend: BackendChoice;
  readonly shape?: string;
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
      .option('--shape <LxH,B,T>', 'measure this one only, such as 2x128,50,50: layers, units, streams, steps')
      .option('--rounds <n>', 'alternations between the engines', Number, 9)
      .option('--steps <n>', 'after the rounds, take this many steps and report how much memory grew', Number, 0);
  },
  async measure(context: BenchmarkContext): Promise<BenchmarkResult> {
    const flags = context.flags as unknown as Flags;
    const threads = availableParallelism();
    const peer = context.python === null ? null : new Peer(context.python, 'training_peer.py', [String(threads)]);
    try {
      if (flags.backend === 'tensorflow') {
        const shapes = flags.shape === undefined ? cpuShapes : [parseShape(flags.shape)];
        return await measureTensorFlow(shapes, { ...flags, ...context, threads, peer });
      }
      return (await measureOnGpu(context, flags, peer)) ?? (await measureOnCpu(context, flags, threads, peer));
    } finally {
      peer?.close();
    }
  },
};

/** Null where the backend that was chosen is not a GPU's. */
async function measureOnGpu(
  { progress }: BenchmarkContext,
  { backend: choice, shape: only, rounds }: Flags,
  peer: Peer | null,
): Promise<BenchmarkResult | null> {
  const results: GpuShapeResult[] = [];
  for (const shape of only === undefined ? gpuShapes : [parseShape(only)]) {
    const backend = await openBackend(choice, settingsOf(shape), 1, progress);
    try {
      if (!(backend instanceof WebGpuBackend)) return null;
      progress(`${nameOf(shape)} on ${backend.device} …`);
      results.push(await measureGpuShape(shape, backend, rounds, peer));
    } finally {
      await backend.dispose();
    }
  }
  return { markdown: reportGpu(results), json: { shapes: results }, section: 'training-gpu' };
}

async function measureOnCpu(
  { progress }: BenchmarkContext,
  flags: Flags,
  threads: number,
  peer: Peer | null,
): Promise<BenchmarkResult> {
  const results: ShapeResult[] = [];
  for (const shape of flags.shape === undefined ? cpuShapes : [parseShape(flags.shape)]) {
    progress(`${nameOf(shape)} …`);
    results.push(await measureShape(shape, flags, threads, peer));
  }
  return { markdown: report(results), json: { shapes: results } };
}

function parseShape(text: string): Shape {
  const numbers = /^(\d+)x(\d+),(\d+),(\d+)$/.exec(text)?.slice(1).map(Number);
  if (numbers === undefined || numbers.includes(0)) {
    throw new UserError(`"${text}" is not a shape: write layers x units, streams, steps, such as 2x128,50,50.`);
  }
  const [numLayers, hiddenSize, batchSize, sequenceLength] = numbers as [number, number, number, number];
  return { numLayers, hiddenSize, batchSize, sequenceLength };
}

async function measureShape(shape: Shape, flags: Flags, threads: number, peer: Peer | null): Promise<ShapeResult> {
  const settings = settingsOf(shape);
  const backend = await openBackend('onnx', settings, threads);
  const gemm = await MatrixProduct.create(threads);
  try {
    const batch = batchOf(settings);
    await loadFresh(backend, settings);
    const step = () => backend.step(batch, learningRate);
    await peer?.ask({ load: nameOf(shape), vocabularySize, ...shape });
    const ours: number[] = [];
    const peers: number[] = [];
    const products: number[] = [];
    const chunk = stepsPerRound(shape);
    for (let round = -1; round < flags.rounds; round++) {
      const own = await timed(chunk, step);
      await threadsAsleep();
      const answer = await peer?.ask<{ milliseconds: number[] }>({ run: nameOf(shape), steps: chunk });
      const product = await timed(5, () => gemm.run());
      if (round < 0) continue; // warms up
      ours.push(median(own));
      products.push(Math.min(...product)); // what the machine could do
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

/** Megabytes by which resident memory grows over `steps` steps, after a tenth of them as a start. */
async function residentGrowth(steps: number, step: () => Promise<unknown>): Promise<number> {
  await timed(Math.ceil(steps / 10), step);
  const before = process.memoryUsage.rss();
  await timed(steps, step);
  return (process.memoryUsage.rss() - before) / 1e6;
}

/**
 * ONNX Runtime's own n × n × n matrix product: how fast this machine could go. n isn't 2,048, because rows that long
 * push each other out of the first cache.
 */
class MatrixProduct {
  private static readonly size = 2064;
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
