import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../model/errors';
import type { TrainOptions } from '../../model/training/options';
import { train } from '../../model/training/trainer';
import { markdownTable } from '../table';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';
import { Peer } from './peer';

interface Point {
  readonly seconds: number;
  readonly loss: number;
}

interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
}

/** char-rnn's defaults in our words. */
const charRnnDefaults: Partial<TrainOptions> = {
  ...{ hiddenSize: 128, numLayers: 2, batchSize: 50, sequenceLength: 50, optimizer: 'rmsprop', decayRate: 0.95 },
  ...{ learningRate: 2e-3, learningRateDecay: 0.97, learningRateDecayAfter: 10, clipValue: 5, schedule: 'charRnn' },
  dropout: 0,
};

export const timeToLossBenchmark: Benchmark = {
  name: 'time-to-loss',
  description: "Validation loss over training time: PyTorch with char-rnn's recipe, and ours in a third of its time.",
  addOptions(command: Command): void {
    command
      .requiredOption('--text <file>', 'a text file, such as tinyshakespeare.txt')
      .option('--seconds <n>', 'the time to train for, where there is no PyTorch to tell when it was best', Number, 120)
      .option('--thorough', "also ours, and char-rnn's recipe on our engine, for as long as PyTorch took");
  },
  async measure(context: BenchmarkContext): Promise<BenchmarkResult> {
    const { text, seconds, thorough } = context.flags as { text: string; seconds: number; thorough?: boolean };
    if (!existsSync(text)) throw new UserError(`${text} does not exist: name a text file to train on.`);
    const curves: Curve[] = [];
    let full = seconds;
    if (context.python !== null) {
      context.progress("PyTorch, char-rnn's recipe …");
      const peer = await peerCurve(context.python, text);
      curves.push(peer);
      full = best(peer).seconds;
    }
    const runs: [string, number, Partial<TrainOptions>][] = [['our defaults, a third of the time', full / 3, {}]];
    if (thorough) {
      runs.push(['our defaults', full, {}], ["char-rnn's recipe on our engine", full, charRnnDefaults]);
    }
    for (const [name, time, options] of runs) {
      context.progress(`${name}, ${time.toFixed(0)} s …`);
      curves.push(await ourCurve(name, text, time, options));
    }
    return { markdown: report(curves), json: { curves } };
  },
};

async function peerCurve(python: string, text: string): Promise<Curve> {
  const peer = new Peer(python, 'char_rnn_peer.py', [text, '--threads', String(availableParallelism())]);
  const points: Point[] = [];
  try {
    for (let point = await peer.read<Point>(); point !== null; point = await peer.read<Point>()) points.push(point);
  } finally {
    peer.close();
  }
  if (points.length === 0) throw new UserError(`${python} measured nothing: see its message above.`);
  return { name: "PyTorch, char-rnn's recipe", points };
}

async function ourCurve(name: string, text: string, seconds: number, options: Partial<TrainOptions>): Promise<Curve> {
  const out = await mkdtemp(join(tmpdir(), 'unreasonable-bench-'));
  try {
    const budget = { source: text, out, minutes: seconds / 60, trainFraction: 0.95, validationFraction: 0.05 };
    const end = await train({ ...budget, earlyStopping: false, ...options }, { onEvent: () => undefined });
    return { name, points: end.history.validation.map(({ seconds, loss }) => ({ seconds, loss })) };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function best({ points }: Curve): Point {
  return points.reduce((lowest, point) => (point.loss < lowest.loss ? point : lowest));
}

/** The best of each, and how each came there: the lowest loss so far at shares of the longest time. */
function report(curves: readonly Curve[]): string {
  const longest = Math.max(...curves.map((curve) => best(curve).seconds));
  const marks = [0.05, 0.1, 0.2, 1 / 3, 0.5, 0.75, 1].map((share) => share * longest);
  const header = ['best loss so far, nats', ...marks.map((mark) => `${mark.toFixed(0)} s`), 'best', 'after'];
  const rows = curves.map((curve) => {
    const { loss, seconds } = best(curve);
    const at = (mark: number) => curve.points.filter((point) => point.seconds <= mark * 1.005);
    const soFar = marks.map((mark) => Math.min(...at(mark).map((point) => point.loss)));
    const cells = soFar.map((lowest) => (Number.isFinite(lowest) ? lowest.toFixed(3) : ''));
    return [curve.name, ...cells, loss.toFixed(3), `${seconds.toFixed(0)} s`];
  });
  return markdownTable(header, rows);
}
