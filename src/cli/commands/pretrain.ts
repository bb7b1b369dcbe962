import { mkdir, stat, writeFile } from 'node:fs/promises';
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
import { cardText } from '../pretrain/cardText';
import { linux } from '../pretrain/linuxModel';
import { measureForCard } from '../pretrain/measure';
import { polyglot } from '../pretrain/polyglotModel';
import type { Pretraining, SourceText } from '../pretrain/pretraining';
import { trainWithCheckpoints } from '../pretrain/training';

const examples = `
Examples:
  Hours of training on the sources of Linux, where Debian has them. Ctrl+C saves; the same command goes on.
    $ npm run pretrain -- linux

  On other ones, and not for so long:
    $ npm run pretrain -- linux ~/linux --minutes 30

  On packages in ten languages, once they are fetched:
    $ npm run polyglot-sources -- ~/packages
    $ npm run pretrain -- polyglot ~/packages
`;

const pretrainings: readonly Pretraining[] = [linux, polyglot];
const names = pretrainings.map(({ name }) => name);

interface PretrainFlags {
  readonly out?: string;
  readonly to?: string;
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
    .argument('<name>', `which: ${names.join(' or ')}`)
    .argument('[source]', 'for linux a kernel tree or a .tar.xz of one (default: where Debian has it); else a folder')
    .option('--out <folder>', 'where the training keeps its checkpoints (default: models/pretraining/<name>)')
    .option('--to <folder>', 'where the model and its card go (default: pretrained/<name>)')
    .addOption(numberOption('--minutes <N>', 'of training in all', ranges.minutes))
    .addOption(numberOption('--hidden-size <N>', 'units in each layer, fewer for a trial', ranges.hiddenSize))
    .addOption(new Option('--json', 'print the card as one JSON object on stdout, and all else on stderr'))
    .addHelpText('after', examples)
    .action(pretrain);
}

async function pretrain(
  name: string,
  source: string | undefined,
  { json = false, minutes, hiddenSize, ...flags }: PretrainFlags & { json?: boolean },
): Promise<void> {
  const pretraining = pretrainings.find((candidate) => candidate.name === name);
  if (pretraining === undefined) {
    throw new UserError(`${name} is no model that can be made: there is ${names.join(' and ')}.`);
  }
  const { out = join('models', 'pretraining', name), to = join('pretrained', name) } = flags;
  const output = openOutput(json);
  const text = await pretraining.find(source, out);
  const { training, files } = pretraining;
  const shape = { ...training, ...(minutes && { minutes }), ...(hiddenSize && { hiddenSize }) };
  const options = { ...shape, ...files, initFrom: 'none', source: text.folder, out };
  if (!(await trainWithCheckpoints(options, { minutes, checkParameters }, output))) return;
  const trained = await readModelFile(out);
  checkParameters(parameterCount(trained.configuration));
  const model = await withCard(trained, pretraining, text, output.line);
  await publish(model, pretraining, text, to);
  const { size } = await stat(join(to, modelFileName));
  output.line(`${join(to, modelFileName)} is written: ${formatBytes(size)}.`);
  output.result(model.card);
}

/** @throws UserError for a model that is too large to come along. */
function checkParameters(parameters: number): void {
  if (parameters <= mostParameters) return;
  const most = formatCount(mostParameters);
  throw new UserError(`${formatCount(parameters)} parameters are too many to come along: train at most ${most}.`);
}

/** Measures a model on the files that it has not read. */
async function withCard(
  model: Model,
  { title, files, published }: Pretraining,
  { folder, data, licence }: SourceText,
  progress: (line: string) => void,
): Promise<Model & { card: ModelCard }> {
  const fractions = fractionsOf(model.history);
  progress('Reading the files …');
  const corpus = await prepareCorpus(folder, {
    ...files,
    vocabulary: model.vocabulary,
    ...(fractions && { fractions }),
  });
  const { report } = corpus;
  const card: ModelCard = {
    name: title,
    data: `${data}: ${formatCount(report.files)} files, ${formatCount(report.characters)} characters`,
    licence,
    date: new Date().toISOString().slice(0, 10),
    ...files,
    evaluation: { ...(await measureForCard(model, corpus, progress)), ...published },
  };
  return { ...model, card };
}

/** Writes the model, its card and its licence. */
async function publish(
  model: Model & { card: ModelCard },
  pretraining: Pretraining,
  text: SourceText,
  to: string,
): Promise<void> {
  await mkdir(to, { recursive: true });
  await writeModelFile(to, model, { quantize: 'int8' });
  const sampler = await Sampler.create(await readModelFile(join(to, modelFileName)), { precision: 'float32' });
  const sample = await sampleText(sampler, pretraining.sample).finally(() => sampler.dispose());
  await writeFile(join(to, 'README.md'), cardText(model, pretraining, text, sample));
  await writeFile(join(to, text.terms.fileName), text.terms.text);
}
