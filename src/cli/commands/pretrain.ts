import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { prepareCorpus } from '../../model/corpus/prepare';
import { UserError } from '../../model/errors';
import { parameterCount } from '../../model/lstm/weights';
import type { ModelCard } from '../../model/onnx/modelCard';
import { type Model, modelFileName, readModelFile, writeModelFile } from '../../model/onnx/modelFile';
import { Sampler, sampleText } from '../../model/sampling/sampler';
import { fractionsOf } from '../../model/training/fractions';
import { ranges } from '../../model/training/options';
import { formatBytes, formatCount } from '../format';
import { numberOption } from '../options';
import { openOutput } from '../output';
import { findKernelTree, type KernelTree } from '../pretrain/kernelTree';
import { linuxCardText } from '../pretrain/linuxCardText';
import { linuxPublished, linuxSample, linuxSources, linuxTraining } from '../pretrain/linuxModel';
import { measureForCard } from '../pretrain/measure';
import { trainWithCheckpoints } from '../pretrain/training';

const examples = `
Examples:
  Hours of training on the sources of Linux, where Debian has them. Ctrl+C saves; the same command goes on.
    $ npm run pretrain -- linux

  On other ones, and not for so long:
    $ npm run pretrain -- linux ~/linux --minutes 30
`;

interface PretrainFlags {
  readonly out: string;
  readonly to: string;
  readonly minutes?: number;
  readonly hiddenSize?: number;
}

/** At a byte for nearly each: what comes along is in every package, and stays under 8 MB. */
const mostParameters = 7e6;

/** `unreasonable pretrain`: makes a model that comes along. */
export function addPretrainCommand(program: Command): void {
  program
    .command('pretrain', { hidden: true })
    .description('Make a model that comes along: train it, measure it, and write it with its card.')
    .argument('<name>', 'which: linux')
    .argument('[source]', 'a kernel tree or a .tar.xz of one (default: where Debian has it)')
    .option('--out <folder>', 'where the training keeps its checkpoints', join('models', 'pretraining'))
    .option('--to <folder>', 'where the model and its card go', join('pretrained', 'linux'))
    .addOption(numberOption('--minutes <N>', `of training in all (default: ${linuxTraining.minutes})`, ranges.minutes))
    .addOption(numberOption('--hidden-size <N>', 'units in each layer, fewer for a trial', ranges.hiddenSize))
    .addOption(new Option('--json', 'print the card as one JSON object on stdout, and all else on stderr'))
    .addHelpText('after', examples)
    .action(pretrain);
}

async function pretrain(
  name: string,
  source: string | undefined,
  { json = false, ...flags }: PretrainFlags & { json?: boolean },
): Promise<void> {
  if (name !== 'linux') throw new UserError(`${name} is no model that can be made: there is linux.`);
  const output = openOutput(json);
  const tree = await findKernelTree(source, flags.out);
  const { minutes, hiddenSize, ...rest } = flags;
  const shape = { ...linuxTraining, ...(minutes && { minutes }), ...(hiddenSize && { hiddenSize }) };
  const ended = await trainWithCheckpoints(
    { ...shape, ...linuxSources, source: tree.folder, out: rest.out },
    { minutes, checkParameters },
    output,
  );
  if (!ended) return;
  const trained = await readModelFile(rest.out);
  checkParameters(parameterCount(trained.configuration));
  const model = await withCard(trained, tree, output.line);
  await publish(model, tree, rest.to);
  const { size } = await stat(join(rest.to, modelFileName));
  output.line(`${join(rest.to, modelFileName)} is written: ${formatBytes(size)}.`);
  output.result(model.card);
}

/** @throws UserError for a model that is too large to come along. */
function checkParameters(parameters: number): void {
  if (parameters <= mostParameters) return;
  const most = formatCount(mostParameters);
  throw new UserError(`${formatCount(parameters)} parameters are too many to come along: train at most ${most}.`);
}

/** Measures a model on the files of the tree that it has not read. */
async function withCard(
  model: Model,
  tree: KernelTree,
  progress: (line: string) => void,
): Promise<Model & { card: ModelCard }> {
  const fractions = fractionsOf(model.history);
  progress('Reading the files …');
  const corpus = await prepareCorpus(tree.folder, {
    ...linuxSources,
    vocabulary: model.vocabulary,
    ...(fractions && { fractions }),
  });
  const { files, characters } = corpus.report;
  const card: ModelCard = {
    name: 'Linux',
    data: `the C sources of Linux ${tree.version}: ${formatCount(files)} files, ${formatCount(characters)} characters`,
    licence: 'GPL-2.0-only',
    date: new Date().toISOString().slice(0, 10),
    ...linuxSources,
    evaluation: { ...(await measureForCard(model, corpus, progress)), ...linuxPublished },
  };
  return { ...model, card };
}

/** Writes the model, its card and its licence. */
async function publish(model: Model & { card: ModelCard }, tree: KernelTree, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await writeModelFile(to, model, { quantize: 'int8' });
  const sampler = await Sampler.create(await readModelFile(join(to, modelFileName)), { precision: 'float32' });
  const text = await sampleText(sampler, linuxSample).finally(() => sampler.dispose());
  await writeFile(join(to, 'README.md'), linuxCardText(model, 'npm run pretrain -- linux', { ...linuxSample, text }));
  await copyFile(tree.licence, join(to, 'GPL-2.0.txt'));
}
