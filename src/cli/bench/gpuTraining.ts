import { median } from '../../model/statistics';
import type { Batch } from '../../model/training/backend';
import type { WebGpuBackend } from '../../model/training/backends/webgpu/webGpuBackend';
import { markdownTable } from '../table';
import type { Peer } from './peer';
import {
  batchOf,
  learningRate,
  loadFresh,
  nameOf,
  operations,
  type Shape,
  settingsOf,
  vocabularySize,
} from './trainingShapes';

/** PyTorch on the same GPU, in both of the arithmetics that it has for float32. */
const precisions = ['fp32', 'tf32'] as const;
type Precision = (typeof precisions)[number];

/** A measurement takes so many steps that it lasts about this long. */
const millisecondsPerChunk = 300;
const stepsTimed = 5;

export interface GpuShapeResult extends Shape {
  readonly device: string;
  /** With the steps that training has under way at once. */
  readonly milliseconds: number;
  /** Waiting for the loss of each step before the next is begun. */
  readonly millisecondsOneByOne: number;
  readonly charactersPerSecond: number;
  /** Operations per second of a large matrix product by our kernel. */
  readonly productRate: number;
  readonly productShare: number;
  /** Milliseconds on the GPU's own clock by group of kernels; null where it has none. */
  readonly groups: Readonly<Record<string, number>> | null;
  readonly peerDevice: string | null;
  readonly peerMilliseconds: Readonly<Record<Precision, number>> | null;
  /** Our time over the peer's: the medians of the rounds' own ratios. */
  readonly ratios: Readonly<Record<Precision, number>> | null;
}

/** Measures one shape on a GPU, alternating with PyTorch where it has one too. */
export async function measureGpuShape(
  shape: Shape,
  backend: WebGpuBackend,
  rounds: number,
  peer: Peer | null,
): Promise<GpuShapeResult> {
  const settings = settingsOf(shape);
  const batch = batchOf(settings);
  await loadFresh(backend, settings);
  const peerDevice = (await peer?.ask<{ cuda: string | null }>({ devices: true }))?.cuda ?? null;
  const cuda = peerDevice === null ? null : peer;
  await cuda?.ask({ load: nameOf(shape), vocabularySize, device: 'cuda', ...shape });
  await timeSteps(backend, batch, 2, 1);
  const steps = Math.max(3, Math.min(300, Math.ceil(millisecondsPerChunk / (await timeSteps(backend, batch, 2, 1)))));

  const [ours, oneByOne, products]: number[][] = [[], [], []];
  const peers: Record<Precision, number[]> = { fp32: [], tf32: [] };
  for (let round = -1; round < rounds; round++) {
    const own = await timeSteps(backend, batch, steps, backend.stepsInFlight);
    const waiting = await timeSteps(backend, batch, steps, 1);
    const product = await backend.timeMatrixProduct();
    for (const precision of cuda === null ? [] : precisions) {
      const answer = await cuda!.ask<{ milliseconds: number[] }>({ run: nameOf(shape), steps, precision });
      if (round >= 0) peers[precision].push(median(answer.milliseconds));
    }
    if (round < 0) continue; // warms up
    ours!.push(own);
    oneByOne!.push(waiting);
    products!.push(product.operations / product.milliseconds);
  }
  const milliseconds = median(ours!);
  const productRate = median(products!);
  const ofPrecisions = (value: (times: readonly number[]) => number) =>
    cuda === null ? null : { fp32: value(peers.fp32), tf32: value(peers.tf32) };
  return {
    ...shape,
    device: backend.device,
    milliseconds,
    millisecondsOneByOne: median(oneByOne!),
    charactersPerSecond: (1000 * shape.batchSize * shape.sequenceLength) / milliseconds,
    productRate: 1000 * productRate,
    productShare: operations(shape) / milliseconds / productRate,
    groups: await timeGroups(backend, batch),
    peerDevice,
    peerMilliseconds: ofPrecisions(median),
    ratios: ofPrecisions((times) => median(times.map((time, i) => ours![i]! / time))),
  };
}

/** Milliseconds a step, with at most `inFlight` steps under way at once. */
async function timeSteps(backend: WebGpuBackend, batch: Batch, count: number, inFlight: number): Promise<number> {
  const start = performance.now();
  const underWay: Promise<unknown>[] = [];
  for (let step = 0; step < count; step++) {
    if (underWay.length === inFlight) await underWay.shift();
    underWay.push(backend.step(batch, learningRate));
  }
  await Promise.all(underWay);
  return (performance.now() - start) / count;
}

async function timeGroups(backend: WebGpuBackend, batch: Batch): Promise<Record<string, number> | null> {
  const times = new Map<string, number[]>();
  for (let i = 0; i < stepsTimed; i++) {
    const groups = await backend.timeStep(batch, learningRate);
    if (groups === null) return null;
    for (const [group, milliseconds] of groups) times.set(group, [...(times.get(group) ?? []), milliseconds]);
  }
  return Object.fromEntries([...times].map(([group, all]) => [group, median(all)]));
}

export function reportGpu(results: readonly GpuShapeResult[]): string {
  const { device, productRate, peerDevice } = results[0]!;
  const sentence = `Device: ${device}; our matrix product does ${flops(productRate)} on it.`;
  const missing = 'PyTorch with CUDA was not there to compare with: name a Python that has it with `--python`.';
  const peer = peerDevice === null ? missing : `PyTorch ran its cuDNN LSTM on: ${peerDevice}.`;
  const parts = [sentence, stepTable(results), peer];
  if (results.some(({ groups }) => groups !== null)) parts.push(groupTable(results));
  return parts.join('\n\n');
}

/** Floating-point operations per second, for people. */
function flops(rate: number): string {
  return rate >= 1e12 ? `${(rate / 1e12).toFixed(2)} TFLOP/s` : `${(rate / 1e9).toFixed(1)} GFLOP/s`;
}

function stepTable(results: readonly GpuShapeResult[]): string {
  const header = ['LSTM', 'ms a step', 'one by one', 'characters/s', 'share of the product rate'];
  const withPeer = results.some(({ ratios }) => ratios !== null);
  if (withPeer) header.push('PyTorch fp32 ms', 'ours / it', 'PyTorch TF32 ms', 'ours / it');
  const rows = results.map((result) => {
    const { milliseconds, millisecondsOneByOne, charactersPerSecond, productShare, peerMilliseconds, ratios } = result;
    const peerCells = precisions.flatMap((precision) =>
      withPeer ? [peerMilliseconds![precision].toFixed(2), `${ratios![precision].toFixed(2)}x`] : [],
    );
    return [
      nameOf(result),
      milliseconds.toFixed(2),
      millisecondsOneByOne.toFixed(2),
      Math.round(charactersPerSecond).toLocaleString('en'),
      `${Math.round(100 * productShare)} %`,
      ...peerCells,
    ];
  });
  return markdownTable(header, rows);
}

function groupTable(results: readonly GpuShapeResult[]): string {
  const names = [...new Set(results.flatMap(({ groups }) => Object.keys(groups ?? {})))];
  const rows = results.map((result) => {
    const times = names.map((name) => result.groups?.[name] ?? 0);
    const total = times.reduce((sum, time) => sum + time, 0);
    return [nameOf(result), ...times.map((time) => time.toFixed(2)), total.toFixed(2)];
  });
  return markdownTable(['ms on the GPU', ...names, 'all'], rows);
}
