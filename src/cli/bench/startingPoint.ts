import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { prepareCorpus } from '../../model/corpus/prepare';
import { UserError } from '../../model/errors';
import { modelName } from '../../model/lstm/modelName';
import { readModelFile } from '../../model/onnx/modelFile';
import { pretrainedModels } from '../../model/pretrained';
import type { TrainOptions } from '../../model/training/options';
import { chooseRecipe, expectedCharacters } from '../../model/training/recipe';
import { train } from '../../model/training/trainer';
import { scoreModel } from '../evaluation/scoreModel';
import { formatCount } from '../format';
import { numberOption, repeatableOption } from '../options';
import { markdownTable } from '../table';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';

interface Flags {
  readonly project?: string[];
  readonly base?: string[];
  readonly minutes: number;
}

const defaultBases = pretrainedModels.map(({ name }) => name);

/** A training, measured on files that it has not read. */
interface Trained {
  readonly model: string;
  /** What it read, repetitions included. */
  readonly characters: number;
  readonly bitsPerCharacter: number;
}

interface Row {
  readonly project: string;
  /** Of the part that is trained on. */
  readonly characters: number;
  /** From nothing, then from each base. */
  readonly trained: readonly Trained[];
}

export const startingPointBenchmark: Benchmark = {
  name: 'starting-point',
  description: 'What a short training is worth from a model that comes along and from nothing, on held-out files.',
  addOptions(command: Command): void {
    command
      .addOption(repeatableOption('--project <name=path>', 'a project to train on; may be repeated'))
      .addOption(repeatableOption('--base <model>', `a model to start from (default: ${defaultBases.join(', ')})`))
      .addOption(numberOption('--minutes <N>', 'of each training', { minimum: 0.01, maximum: 100 }).default(2));
  },
  async measure({ flags, progress }: BenchmarkContext): Promise<BenchmarkResult> {
    const { project: projects = [], base: bases = defaultBases, minutes } = flags as unknown as Flags;
    if (projects.length === 0) throw new UserError('Nothing to train on: name projects with --project name=path.');
    const rows: Row[] = [];
    for (const given of projects) {
      const [project, source] = given.split(/=(.*)/s);
      if (!project || !source) throw new UserError(`"${given}" is no project: write it as name=path.`);
      const { splits, vocabulary } = await prepareCorpus(source);
      const { length } = splits.train.tokens;
      const text = { characters: length, vocabularySize: vocabulary.size };
      const trained: Trained[] = [];
      for (const base of [null, ...bases]) {
        const result = await trainOn(source, text, minutes, base);
        progress(`${project}, from ${base ?? 'nothing'}: ${result.bitsPerCharacter.toFixed(3)} bits per character.`);
        trained.push(result);
      }
      rows.push({ project, characters: length, trained });
    }
    return { markdown: report(rows, bases), json: { minutes, bases, rows } };
  },
};

/**
 * Trains on a folder, and measures the best model on the part of it that is for tests. The training is as long as it
 * takes to read what the recipe expects of the time, so that whatever else the machine does changes nothing.
 */
async function trainOn(
  source: string,
  text: { characters: number; vocabularySize: number },
  minutes: number,
  base: string | null,
): Promise<Trained> {
  const start = base === null ? null : (await readModelFile(base)).configuration;
  const threads = availableParallelism();
  const means = { ...text, threads, pretrained: base !== null };
  const recipe = chooseRecipe({ source, out: '', minutes, ...start }, means);
  const { hiddenSize, numLayers, dropout } = recipe;
  const { vocabularySize } = text;
  const characters = expectedCharacters(minutes, threads, { cellType: 'lstm', vocabularySize, hiddenSize, numLayers });
  const out = await mkdtemp(join(tmpdir(), 'unreasonable-bench-'));
  try {
    const options: TrainOptions = { source, out, dropout, hiddenSize, numLayers, backend: 'onnx' };
    await train(
      { ...options, initFrom: base ?? 'none', epochs: characters / text.characters },
      { onEvent: () => undefined },
    );
    const model = await readModelFile(out);
    const { splits } = await prepareCorpus(source, { vocabulary: model.vocabulary });
    const { bitsPerCharacter } = await scoreModel(model, splits.test);
    return { model: modelName(model.configuration), characters: Math.round(characters), bitsPerCharacter };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function report(rows: readonly Row[], bases: readonly string[]): string {
  const starts = ['nothing', ...bases];
  const name = ({ model }: Trained) => model.replace(/^LSTM /, '');
  return markdownTable(
    ['bits per character', 'characters', ...starts.map((start, i) => `from ${start}, ${name(rows[0]!.trained[i]!)}`)],
    rows.map(({ project, characters, trained }) => [
      project,
      formatCount(characters),
      ...trained.map(({ bitsPerCharacter }) => bitsPerCharacter.toFixed(3)),
    ]),
  );
}
