import { type Command, Option } from 'commander';
import { splitNames } from '../../model/corpus/split';
import { UserError } from '../../model/errors';
import { allOrders } from '../../model/evaluation/comparison';
import { modelName } from '../../model/lstm/modelName';
import type { ModelCard } from '../../model/onnx/modelCard';
import { readModelFile } from '../../model/onnx/modelFile';
import { bitsFromNats } from '../../model/training/history';
import { cardTable } from '../evaluation/cardTable';
import { comparisonTables } from '../evaluation/comparisonTables';
import { type EvaluationRequest, type EvaluationStage, evaluateModel } from '../evaluation/evaluateModel';
import { stageProgress } from '../evaluation/stageProgress';
import { evaluationTable } from '../evaluation/table';
import { formatCount } from '../format';
import { integerListOption, numberOption, repeatableOption } from '../options';
import { type Output, openOutput } from '../output';

const examples = `
Examples:
  On the files that the training left out for this, beside an n-gram model of the files that it read:
    $ unreasonable evaluate --model models/kernel ~/linux/kernel

  A model that comes along, as it was measured when it was made, and again on the sources of Linux:
    $ unreasonable evaluate --model linux
    $ unreasonable evaluate --model linux /usr/src/linux-source-6.1

  A quick look, on a part of them:
    $ unreasonable evaluate --model models/kernel ~/linux/kernel --max-characters 100000

  For a script:
    $ unreasonable evaluate --model models/kernel ~/linux/kernel --json | tail -n 1 | jq .bitsPerCharacter
`;

const stageNames: Record<EvaluationStage, string> = {
  prediction: 'predicting',
  keystrokes: 'typing',
  ngramTraining: 'training the n-gram model',
  ngramPrediction: 'predicting with the n-gram model',
  ngramKeystrokes: 'typing with the n-gram model',
  comparison: 'comparing with n-gram models of all orders',
};

type EvaluateFlags = Omit<EvaluationRequest, 'source'> & { readonly json?: boolean; readonly comparison: boolean };

/** `unreasonable evaluate`: how good a model is on held-out files, beside an n-gram model. */
export function addEvaluateCommand(program: Command): void {
  const count = { minimum: 1, maximum: 1e12, whole: true };
  const order = { minimum: 1, maximum: 20, whole: true };
  program
    .command('evaluate')
    .description('Measure a model on held-out files, beside an n-gram model that was trained on the same files.')
    .argument(
      '[source]',
      'the folder or text file; its parts are those of the training. A model that comes along has its figures with it',
    )
    .requiredOption('--model <path>', 'a model file, or the folder of a training')
    .addOption(
      new Option(
        '--split <name>',
        'the part to measure on (default: "test", or "validation" where that is empty)',
      ).choices([...splitNames, 'all']),
    )
    .addOption(numberOption('--max-characters <N>', 'predict at most so many characters', count))
    .addOption(numberOption('--max-replayed-characters <N>', 'count keystrokes on at most so many characters', count))
    .addOption(numberOption('--ngram-order <N>', 'the longest n-gram', order))
    .addOption(
      integerListOption('--orders <list>', 'orders of n-gram models to compare with (default: 2 to 20)', order),
    )
    .addOption(repeatableOption('--include <pattern>', 'read only files that match, as in .gitignore; may be repeated'))
    .addOption(repeatableOption('--exclude <pattern>', 'leave out what matches, as in .gitignore; may be repeated'))
    .addOption(numberOption('--threads <N>', 'CPU threads', { minimum: 1, maximum: 1024, whole: true }))
    .option('--no-comparison', 'leave out the n-gram models of orders 2 to 20 and what the models write')
    .option('--json', 'print the result as one JSON object on stdout, and all else on stderr')
    .addHelpText('after', examples)
    .action(runEvaluate);
}

async function runEvaluate(source: string | undefined, flags: EvaluateFlags): Promise<void> {
  const { json = false, comparison: compares, ...rest } = flags;
  const output = openOutput(json);
  if (source === undefined) return showCard(flags.model, output);
  const progress = stageProgress(output.people);
  const request = { source, ...rest, ...(compares && { orders: rest.orders ?? allOrders }) };
  const { name, split, characters, report, card, comparison } = await evaluateModel(request, (stage, share) =>
    progress.show(stageNames[stage], share),
  ).finally(progress.close);
  output.line(`${name} on the ${split} part of ${source}, ${formatCount(characters)} characters`);
  if (split === 'train' || split === 'all') output.line('This is text that the models may have been trained on.');
  output.line(`\n${evaluationTable(name, report)}`);
  if (comparison !== null) for (const table of comparisonTables(name, comparison)) output.line(`\n${table}`);
  if (card !== null) output.line(`\n${describePublished(card)}`);
  output.result({ split, ...report, comparison });
}

/** What the card of a model says of it, where nothing is given to measure it on. */
async function showCard(path: string, output: Output): Promise<void> {
  const { card, configuration } = await readModelFile(path);
  if (!card) throw new UserError('Nothing is given to evaluate on: name a folder of source files, or a text file.');
  const { evaluation, date, data } = card;
  output.line(`On ${formatCount(evaluation.characters)} held-out characters of ${data}, as measured on ${date}:`);
  output.line(`\n${cardTable(modelName(configuration), card)}\n\n${evaluation.note}`);
  output.result(evaluation);
}

function describePublished({ evaluation: { published, note } }: ModelCard): string {
  const lines = published.map(({ name, natsPerCharacter: nats }) => {
    return `Published: ${nats} nats, ${bitsFromNats(nats).toFixed(3)} bits per character, ${name}.`;
  });
  return [...lines, note].join('\n');
}
