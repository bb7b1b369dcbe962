import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { explainFileError } from '../../model/files/explainFileError';
import { readModelFile } from '../../model/onnx/modelFile';
import type { Precision } from '../../model/onnx/recurrentStep';
import { lineWidth, randomSeed, type SampleOptions } from '../../model/sampling/sampleOptions';
import { collectTexts, type SampleChunk, Sampler } from '../../model/sampling/sampler';
import { formatShare } from '../format';
import { findNewLines } from '../newLines';
import { numberOption } from '../options';

const examples = `
Examples:
  A file that never existed:
    $ unreasonable sample --model models/kernel --path kernel/sched/hope.c --temperature 0.5

  Go on from a text (the text itself is printed first):
    $ unreasonable sample --model models/shakespeare --prime 'JULIET:' --length 500

  The likeliest text; a wild one; one that can be had again:
    $ unreasonable sample --model models/kernel --temperature 0
    $ unreasonable sample --model models/kernel --temperature 1.2
    $ unreasonable sample --model models/kernel --seed 7

  Names that are not in the training data:
    $ unreasonable sample --model models/names --list --count 20 --data names.txt
`;

interface SampleFlags
  extends Pick<SampleOptions, 'temperature' | 'topK' | 'topP' | 'longestRepeat' | 'prime' | 'path' | 'stopAt'> {
  readonly model: string;
  readonly length: number;
  readonly seed?: number;
  readonly count?: number;
  readonly list?: boolean;
  readonly data?: string;
  readonly precision?: 'auto' | Precision;
  readonly threads?: number;
  readonly json?: boolean;
}

/** `unreasonable sample`: text in the style of a model, alone on stdout. */
export function addSampleCommand(program: Command): void {
  const command = program
    .command('sample')
    .description('Write text in the style of a model.')
    .requiredOption('--model <path>', 'a model file, or the folder of a training')
    .addHelpText('after', examples)
    .action(runSample);
  for (const option of [...whatOptions(), ...howOptions()]) command.addOption(option);
}

function whatOptions(): Option[] {
  const count = { minimum: 1, maximum: 10_000, whole: true };
  return [
    new Option('--path <path>', 'write the file of this name'),
    new Option('--prime <text>', 'go on from this text, which is printed first'),
    numberOption('--length <N>', 'characters at most', { ...count, maximum: 10_000_000 }).default(2000),
    new Option('--stop-at <what>', 'where a text ends (default: "document")').choices(['document', 'line', 'length']),
    numberOption('--count <N>', 'how many texts (default: 1, or 20 lines)', count),
    new Option('--list', 'write lines, such as names, and print each one once').conflicts('stopAt'),
    new Option('--data <file>', 'list lines that are not in this file, the training data').implies({ list: true }),
    new Option('--json', 'print the texts as one JSON object'),
  ];
}

function howOptions(): Option[] {
  const natural = { minimum: 1, whole: true };
  return [
    numberOption('--temperature <X>', 'lower is safer, higher is wilder, 0 is the likeliest text', {
      minimum: 0,
      maximum: 100,
    }).default(1),
    numberOption('--top-k <N>', 'draw from the N likeliest characters only', { ...natural, maximum: 100_000 }),
    numberOption('--top-p <X>', 'draw from the likeliest characters that have this probability together', {
      minimum: 1e-6,
      maximum: 1,
    }),
    numberOption(
      '--longest-repeat <N>',
      `the same character at most so often in a row, spaces and tabs half as often (default: ${lineWidth})`,
      {
        ...natural,
        maximum: 10_000_000,
      },
    ),
    numberOption('--seed <N>', 'the same seed gives the same text', { minimum: 0, maximum: 2 ** 32 - 1, whole: true }),
    new Option(
      '--precision <name>',
      'of the arithmetic (default: the faster; float32 with a seed or temperature 0)',
    ).choices(['auto', 'float32', 'int8']),
    numberOption('--threads <N>', 'CPU threads', { ...natural, maximum: 1024 }),
  ];
}

async function runSample(flags: SampleFlags): Promise<void> {
  const model = await readModelFile(flags.model);
  // Where the same text has to come in every run, what is faster today must not choose the arithmetic.
  const repeatable = flags.seed !== undefined || flags.temperature === 0;
  const precision = flags.precision ?? (repeatable ? 'float32' : 'auto');
  const sampler = await Sampler.create(model, { precision, ...(flags.threads && { threads: flags.threads }) });
  try {
    if (flags.list) await writeLines(sampler, flags, model.vocabulary.knows('\n').length === 0);
    else await writeTexts(sampler, flags);
  } finally {
    await sampler.dispose();
  }
}

async function writeTexts(sampler: Sampler, flags: SampleFlags): Promise<void> {
  const { count = 1, json = false, prime = '' } = flags;
  const seed = flags.seed ?? randomSeed();
  const chunks = sampler.sample({ ...samplingOptions(flags), count, seed });
  if (json) {
    const texts = (await collectTexts(chunks, count)).map((text) => prime + text);
    process.stdout.write(`${JSON.stringify({ seed, precision: sampler.precision, texts })}\n`);
  } else if (count === 1) {
    await writeText(prime, chunks);
  } else {
    const texts = await collectTexts(chunks, count);
    process.stdout.write(texts.map((text) => endLine(prime + text)).join('\n'));
  }
}

/** Writes one text piece by piece, as fast as the reader takes it. */
async function writeText(prime: string, chunks: AsyncIterable<SampleChunk>): Promise<void> {
  let last = prime;
  process.stdout.write(prime);
  for await (const { text } of chunks) {
    if (text === '') continue;
    last = text;
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }
  process.stdout.write(endLine(last).slice(last.length));
}

/** A text as it ends a line, so that what comes next begins one. */
function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Writes lines that are not in the training data, and says on stderr how large a share they are. */
async function writeLines(sampler: Sampler, flags: SampleFlags, knowsLines: boolean): Promise<void> {
  const { count = 20, json = false, prime = '' } = flags;
  const known = flags.data === undefined ? null : await readLines(flags.data);
  const seed = flags.seed ?? randomSeed();
  // A line begins where another has ended.
  const start = flags.path === undefined && knowsLines ? `\n${prime}` : prime;
  const options = { ...samplingOptions(flags), count, seed, prime: start, stopAt: 'line' as const };
  const texts = await collectTexts(sampler.sample(options), count);
  const novelty = findNewLines(
    texts.map((text) => prime + text),
    known,
  );
  if (json) process.stdout.write(`${JSON.stringify({ seed, precision: sampler.precision, ...novelty })}\n`);
  else {
    for (const line of novelty.lines) process.stdout.write(`${line}\n`);
    if (novelty.newShare !== null) {
      process.stderr.write(`${formatShare(novelty.newShare)} of ${novelty.sampled} sampled lines are new.\n`);
    }
  }
}

function samplingOptions(flags: SampleFlags): SampleOptions {
  const { length, temperature, topK, topP, longestRepeat, prime, path, stopAt } = flags;
  return {
    length,
    ...(temperature !== undefined && { temperature }),
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(longestRepeat !== undefined && { longestRepeat }),
    ...(prime !== undefined && { prime }),
    ...(path !== undefined && { path }),
    ...(stopAt !== undefined && { stopAt }),
  };
}

async function readLines(path: string): Promise<Set<string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw explainFileError(error, `${path} was not read`);
  });
  return new Set(text.split(/\r?\n/));
}
