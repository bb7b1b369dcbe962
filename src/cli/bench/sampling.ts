import type { Command } from 'commander';
import { threadsAsleep } from '../../model/onnx/threadsAsleep';
import {
  type MeasuredShape,
  primingLength,
  SamplingMeasurement,
  type SamplingSpeeds,
} from '../../model/sampling/measure';
import { median } from '../../model/statistics';
import { formatCount } from '../format';
import { numberOption } from '../options';
import { markdownTable } from '../table';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';
import { Peer } from './peer';

const vocabularySize = 96;
const shapes: readonly MeasuredShape[] = [
  { hiddenSize: 128, numLayers: 2, vocabularySize },
  { hiddenSize: 512, numLayers: 2, vocabularySize },
  { hiddenSize: 512, numLayers: 3, vocabularySize },
];

interface ShapeResult extends MeasuredShape, SamplingSpeeds {
  /** The loop that was fastest in PyTorch, and its characters per second. */
  readonly peer: { readonly variant: string; readonly charactersPerSecond: number } | null;
  readonly peerPrimingMilliseconds: number | null;
}

export const samplingBenchmark: Benchmark = {
  name: 'sampling',
  description: 'Characters per second of one text, beside one run for each character and the best PyTorch loop.',
  addOptions(command: Command): void {
    const rounds = { minimum: 1, maximum: 1000, whole: true };
    command.addOption(numberOption('--rounds <N>', 'alternations between the engines', rounds).default(9));
  },
  async measure({ flags, python, progress }: BenchmarkContext): Promise<BenchmarkResult> {
    const { rounds } = flags as { rounds: number };
    const peer = python === null ? null : new SamplingPeer(new Peer(python, 'sampling_peer.py'));
    const results: ShapeResult[] = [];
    try {
      for (const shape of shapes) {
        progress(`${nameOf(shape)} …`);
        results.push(await measureShape(shape, rounds, peer));
      }
    } finally {
      peer?.close();
    }
    return { markdown: report(results), json: { shapes: results } };
  },
};

async function measureShape(shape: MeasuredShape, rounds: number, peer: SamplingPeer | null): Promise<ShapeResult> {
  const measurement = await SamplingMeasurement.create(shape);
  try {
    await peer?.load(shape);
    for (let round = 0; round < rounds; round++) {
      await measurement.measureRound();
      await peer?.measureRound(shape);
    }
    return {
      ...shape,
      ...measurement.speeds(),
      peer: peer?.best() ?? null,
      peerPrimingMilliseconds: peer?.primingMilliseconds() ?? null,
    };
  } finally {
    await measurement.dispose();
  }
}

/** PyTorch's loops over the same shape, in all their variants. */
class SamplingPeer {
  private speeds = new Map<string, number[]>();
  private priming: number[] = [];

  constructor(private readonly peer: Peer) {}

  async load(shape: MeasuredShape): Promise<void> {
    await this.peer.ask({ load: nameOf(shape), ...shape });
    await this.measureRound(shape);
    this.speeds = new Map();
    this.priming = [];
  }

  async measureRound(shape: MeasuredShape): Promise<void> {
    const characters = shape.hiddenSize < 256 ? 4000 : 1000;
    await threadsAsleep();
    const { charactersPerSecond } = await this.peer.ask<{ charactersPerSecond: Record<string, number> }>({
      run: nameOf(shape),
      characters,
    });
    for (const [variant, speed] of Object.entries(charactersPerSecond)) {
      this.speeds.set(variant, [...(this.speeds.get(variant) ?? []), speed]);
    }
    await threadsAsleep();
    const primed = await this.peer.ask<{ milliseconds: number }>({ prime: nameOf(shape), characters: primingLength });
    this.priming.push(primed.milliseconds);
  }

  /** The variant with the highest median. */
  best(): { variant: string; charactersPerSecond: number } | null {
    const medians = [...this.speeds].map(([variant, speeds]) => ({ variant, charactersPerSecond: median(speeds) }));
    return medians.sort((a, b) => b.charactersPerSecond - a.charactersPerSecond)[0] ?? null;
  }

  primingMilliseconds(): number {
    return median(this.priming);
  }

  close(): void {
    this.peer.close();
  }
}

function nameOf({ numLayers, hiddenSize }: MeasuredShape): string {
  return `${numLayers}×${hiddenSize}`;
}

function report(results: readonly ShapeResult[]): string {
  const comparesPeer = results.some(({ peer }) => peer !== null);
  const header = [
    ...['characters/s', 'float32', 'int8', 'one run a character', 'ours is'],
    ...(comparesPeer ? ['best PyTorch loop', 'ours is'] : []),
    `reading ${formatCount(primingLength)} characters, ms`,
    ...(comparesPeer ? ['in PyTorch, ms'] : []),
  ];
  return markdownTable(
    header,
    results.map((result) => row(result, comparesPeer)),
  );
}

function row(result: ShapeResult, comparesPeer: boolean): string[] {
  const { float32, int8, onePerCharacter, primingMilliseconds, peer, peerPrimingMilliseconds } = result;
  const times = (other: number) => `${(Math.max(float32, int8) / other).toFixed(2)} times`;
  const peerCells = peer && [
    `${formatCount(peer.charactersPerSecond)} (${peer.variant})`,
    times(peer.charactersPerSecond),
  ];
  return [
    ...[nameOf(result), formatCount(float32), formatCount(int8), formatCount(onePerCharacter), times(onePerCharacter)],
    ...(comparesPeer ? (peerCells ?? ['', '']) : []),
    primingMilliseconds.toFixed(1),
    ...(comparesPeer ? [peerPrimingMilliseconds?.toFixed(1) ?? ''] : []),
  ];
}
