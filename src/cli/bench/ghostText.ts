import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { Vocabulary } from '../../model/corpus/vocabulary';
import { explainFileError } from '../../model/files/explainFileError';
import { initializeWeights } from '../../model/lstm/initialization';
import { modelName } from '../../model/lstm/modelName';
import { writeModelFile } from '../../model/onnx/modelFile';
import { quantile } from '../../model/statistics';
import { ModelProcess } from '../../process/client';
import {
  type CompletionRequest,
  type CompletionResult,
  closeDocument,
  complete,
  loadModel,
  prime,
} from '../../process/protocol';
import { formatCount } from '../format';
import { markdownTable } from '../table';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';

interface Flags {
  readonly model?: string;
  readonly file: string;
  readonly keystrokes: number;
}

/** Milliseconds. */
interface Times {
  /** From request to answer, the way between the processes included. */
  readonly warm: readonly number[];
  /** Of these, the work of the engine. */
  readonly engine: readonly number[];
  /** A document of which nothing has been read: its last 1,000 characters are read first. */
  readonly cold: readonly number[];
  readonly shown: number;
}

export const ghostTextBenchmark: Benchmark = {
  name: 'ghost-text',
  description: 'The time from a keystroke to ghost text in a model process, with a warm and with a cold state.',
  addOptions(command: Command): void {
    command
      .requiredOption('--file <path>', 'the text that is typed')
      .option('--model <path>', 'a model file, or the folder of a training (default: an LSTM of 2x512, untrained)')
      .option('--keystrokes <n>', 'how many keystrokes to time', Number, 500);
  },
  async measure({ flags, progress }: BenchmarkContext): Promise<BenchmarkResult> {
    const { file, keystrokes, model } = flags as unknown as Flags;
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw explainFileError(error, `${file} was not read`);
    });
    const folder = await mkdtemp(join(tmpdir(), 'unreasonable-bench-'));
    const child = new ModelProcess({ kind: 'inference', node: process.execPath, program: program(), log: () => {} });
    try {
      const info = await child.request(loadModel, { path: model ?? (await writeUntrainedModel(folder)) });
      const name = `${modelName(info.configuration)}, ${info.precision}${model === undefined ? ', untrained' : ''}`;
      progress(`${name} …`);
      const times = await measureGhostText(child, text, keystrokes, model === undefined);
      return { markdown: report(name, times), json: { model: name, ...summarize(times) } };
    } finally {
      await child.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Types the end of `text` and asks at each keystroke; an untrained model, sure of nothing, is made to go on. */
async function measureGhostText(child: ModelProcess, text: string, keystrokes: number, untrained: boolean) {
  const end = Math.min(text.length, 20_000);
  const start = Math.max(0, end - keystrokes);
  const behind = text.slice(end);
  const ask = async (at: number, document: string) => {
    const begun = performance.now();
    const answer = await child.request(complete, requestAt(text, at, behind, document, untrained));
    return { milliseconds: performance.now() - begun, answer };
  };
  const cold: number[] = [];
  for (let i = 0; i < 10; i++) {
    const { milliseconds } = await ask(start, `cold ${i}`);
    child.notify(closeDocument, { document: `cold ${i}` });
    // What was begun in the background comes to its end.
    await setTimeout(100);
    // The first one also warms up.
    if (i > 0) cold.push(milliseconds);
  }
  child.notify(prime, requestAt(text, start, behind, 'warm', untrained));
  for (let read = Number.POSITIVE_INFINITY; read > 0; ) read = (await ask(start, 'warm')).answer.charactersRead;
  const answers: { milliseconds: number; answer: CompletionResult }[] = [];
  for (let at = start + 1; at <= end; at++) answers.push(await ask(at, 'warm'));
  return {
    warm: answers.map(({ milliseconds }) => milliseconds),
    engine: answers.map(({ answer }) => answer.milliseconds.total),
    cold,
    shown: answers.filter(({ answer }) => answer.items.length > 0).length,
  };
}

/** What an editor sends; `behind` stands behind the cursor all the time. */
function requestAt(text: string, at: number, behind: string, document: string, untrained: boolean): CompletionRequest {
  const anchor = Math.max(0, Math.floor(at / 2000) - 1) * 2000;
  const elsewhere = `${text.slice(Math.max(0, anchor - 10_000), anchor)}\n${behind.slice(0, 10_000)}`;
  return {
    ...{ document, path: 'drivers/net/typed.c', prefix: text.slice(anchor, at), suffix: behind.slice(0, 1000) },
    elsewhere,
    options: {
      ...{ maxLines: 1, temperature: 0, choices: 1, endOfLine: '\n' as const },
      indentation: { insertSpaces: false, tabSize: 8 },
      confidence: untrained ? Number.MIN_VALUE : 0.6,
    },
  };
}

/** An LSTM of 2x512 that nobody has trained: its times are those of any other of its size. */
async function writeUntrainedModel(folder: string): Promise<string> {
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', '\t', '\n', ...printable]);
  const configuration = {
    ...{ cellType: 'lstm' as const, hiddenSize: 512, numLayers: 2 },
    vocabularySize: vocabulary.size,
  };
  const path = join(folder, 'model.onnx');
  await writeModelFile(path, {
    configuration,
    vocabulary,
    weights: initializeWeights(configuration, 1),
    history: null,
  });
  return path;
}

function program(): string {
  const beside = join(__dirname, 'process.cjs');
  return existsSync(beside) ? beside : join(__dirname, '../../../dist/process.cjs');
}

function summarize({ warm, engine, cold, shown }: Times) {
  const both = (times: readonly number[]) => ({ p50: quantile(times, 0.5), p95: quantile(times, 0.95) });
  return { warm: both(warm), engine: both(engine), cold: both(cold), keystrokes: warm.length, shown };
}

function report(name: string, times: Times): string {
  const { warm, engine, cold, keystrokes, shown } = summarize(times);
  const row = (label: string, { p50, p95 }: { p50: number; p95: number }) => [label, p50.toFixed(1), p95.toFixed(1)];
  const table = markdownTable(
    ['ms', 'p50', 'p95'],
    [row('a keystroke', warm), row('of it in the engine', engine), row('the first request', cold)],
  );
  return `${name}, ${formatCount(keystrokes)} keystrokes, ghost text at ${formatCount(shown)} of them:\n\n${table}`;
}
