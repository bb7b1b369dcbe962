import { type Command, Option } from 'commander';
import { SessionPredictor } from '../../model/completion/sessionPredictor';
import type { Corpus, TokenStream } from '../../model/corpus/corpus';
import { prepareCorpus } from '../../model/corpus/prepare';
import { type Fractions, type Split, splitNames } from '../../model/corpus/split';
import { type ReportStage, reportEvaluation } from '../../model/evaluation/report';
import { type Model, readModelFile } from '../../model/onnx/modelFile';
import { ForwardSession } from '../../model/sampling/forwardSession';
import { modelName } from '../describeModel';
import { evaluationTable } from '../evaluationTable';
import { formatCount } from '../format';
import { numberOption, repeatableOption } from '../options';
import { openOutput } from '../output';
import { stageProgress } from '../stageProgress';

const examples = `
Examples:
  On the files that the training left out for this, beside an n-gram model of the files that it read:
    $ unreasonable evaluate --model models/kernel ~/linux/kernel

  On files of another project, all of them:
    $ unreasonable evaluate --model models/kernel ~/freebsd/sys --split all

  For a script:
    $ unreasonable evaluate --model models/kernel ~/linux/kernel --json | tail -n 1 | jq .bitsPerCharacter
`;

const stageNames: Record<ReportStage, string> = {
  prediction: 'predicting',
  keystrokes: 'typing',
  ngramTraining: 'training the n-gram model',
  ngramPrediction: 'predicting with the n-gram model',
  ngramKeystrokes: 'typing with the n-gram model',
};

interface EvaluateFlags {
  readonly model: string;
  readonly split?: Split | 'all';
  readonly include?: string[];
  readonly exclude?: string[];
  readonly maxCharacters?: number;
  readonly maxReplayedCharacters?: number;
  readonly ngramOrder?: number;
  readonly threads?: number;
  readonly json?: boolean;
}

/** `unreasonable evaluate`: how good a model is on held-out files, beside an n-gram model. */
export function addEvaluateCommand(program: Command): void {
  const count = { minimum: 1, maximum: 1e12, whole: true };
  program
    .command('evaluate')
    .description('Measure a model on held-out files, beside an n-gram model that was trained on the same files.')
    .argument('<source>', 'the folder or text file; its parts are those of the training')
    .requiredOption('--model <path>', 'a model file, or the folder of a training')
    .addOption(
      new Option(
        '--split <name>',
        'the part to measure on (default: "test", or "validation" where that is empty)',
      ).choices([...splitNames, 'all']),
    )
    .addOption(numberOption('--max-characters <N>', 'predict at most so many characters', count))
    .addOption(numberOption('--max-replayed-characters <N>', 'count keystrokes on at most so many characters', count))
    .addOption(numberOption('--ngram-order <N>', 'the longest n-gram', { minimum: 1, maximum: 20, whole: true }))
    .addOption(repeatableOption('--include <pattern>', 'read only files that match, as in .gitignore; may be repeated'))
    .addOption(repeatableOption('--exclude <pattern>', 'leave out what matches, as in .gitignore; may be repeated'))
    .addOption(numberOption('--threads <N>', 'CPU threads', { minimum: 1, maximum: 1024, whole: true }))
    .option('--json', 'print the result as one JSON object on stdout, and all else on stderr')
    .addHelpText('after', examples)
    .action(runEvaluate);
}

async function runEvaluate(source: string, flags: EvaluateFlags): Promise<void> {
  const output = openOutput(flags.json ?? false);
  const model = await readModelFile(flags.model);
  const fractions = fractionsOf(model);
  const corpus = await prepareCorpus(source, {
    vocabulary: model.vocabulary,
    ...(fractions && { fractions }),
    ...(flags.include && { include: flags.include }),
    ...(flags.exclude && { exclude: flags.exclude }),
  });
  const split = flags.split ?? (corpus.splits.test.tokens.length > 0 ? 'test' : 'validation');
  const heldOut = split === 'all' ? joinSplits(corpus) : corpus.splits[split];
  output.line(
    `${modelName(model.configuration)} on the ${split} part of ${source}: ${formatCount(heldOut.tokens.length)} characters.`,
  );
  const session = await ForwardSession.create(model, flags.threads === undefined ? {} : { threads: flags.threads });
  const progress = stageProgress(output.people);
  try {
    const predictor = new SessionPredictor(session, model.vocabulary.size);
    const streams = { training: corpus.splits.train, heldOut };
    const report = await reportEvaluation(predictor, model.vocabulary, streams, {
      maxCharacters: flags.maxCharacters,
      maxReplayedCharacters: flags.maxReplayedCharacters,
      ngramOrder: flags.ngramOrder,
      onProgress: (stage, share) => progress.show(stageNames[stage], share),
    });
    progress.close();
    output.line(`\n${evaluationTable(modelName(model.configuration), report)}`);
    output.result({ split, ...report });
  } finally {
    progress.close();
    await session.dispose();
  }
}

/** The shares of the splits as the training of a model had them, where they are known. */
function fractionsOf({ history }: Model): Fractions | null {
  const { trainFraction: train, validationFraction: validation } = history?.settings ?? {};
  if (typeof train !== 'number' || typeof validation !== 'number') return null;
  return { train, validation, test: Math.max(0, 1 - train - validation) };
}

/** All splits one after the other. */
function joinSplits({ splits }: Corpus): TokenStream {
  const streams = splitNames.map((split) => splits[split]);
  const length = streams.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const tokens = new Uint16Array(length);
  const documents: TokenStream['documents'][number][] = [];
  let offset = 0;
  for (const stream of streams) {
    tokens.set(stream.tokens, offset);
    for (const document of stream.documents) documents.push({ ...document, start: document.start + offset });
    offset += stream.tokens.length;
  }
  return { tokens, documents };
}
