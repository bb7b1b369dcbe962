import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { cellTypes } from '../../model/lstm/configuration';
import { bitsFromNats } from '../../model/training/history';
import { catchInterrupt } from '../interrupt';
import { integerListOption, integerOption, numberOption, repeatableOption } from '../options';
import { openOutput } from '../output';
import { exitCodes } from '../run';
import type { EndEvent, Train, TrainOptions } from '../training/contract';
import { plainLines } from '../training/plainLines';
import { progressBar } from '../training/progressBar';
import { resumeCommand } from '../training/resumeCommand';

const examples = `
Examples:
  Ten minutes on a project, then look at what it says:
    $ unreasonable train ~/linux/kernel --out models/kernel --minutes 10
    $ unreasonable sample --model models/kernel --temperature 0.5

  Go on after Ctrl+C, a crash or a power cut, exactly where it was:
    $ unreasonable train ~/linux/kernel --out models/kernel --resume

  Start from a model that knows C already:
    $ unreasonable train my-driver --out models/mine --init-from models/kernel --minutes 5

  The defaults of char-rnn:
    $ unreasonable train tinyshakespeare.txt --out models/shakespeare --epochs 50 \\
        --optimizer rmsprop --schedule char-rnn --learning-rate 0.002 --hidden-size 128 --num-layers 2 \\
        --sequence-length 50 --batch-size 50 --train-fraction 0.95 --validation-fraction 0.05
`;

type TrainFlags = Omit<TrainOptions, 'source' | 'schedule'> & {
  schedule?: 'cosine' | 'char-rnn' | 'constant';
  printEvery?: number;
  json?: boolean;
};

/** `unreasonable train`: from source files to a model. */
export function addTrainCommand(program: Command, train: Train): void {
  const command = program
    .command('train')
    .description('Learn the style of a folder of source files, or of one text file.')
    .argument('<source>', 'a folder (each file is a document) or one text file')
    .requiredOption('--out <folder>', 'where model.onnx and checkpoint.safetensors go');
  addTimeOptions(command);
  addModelOptions(command);
  addLearningOptions(command);
  addDataOptions(command);
  command
    .optionsGroup('Output:')
    .addOption(integerOption('--validation-every <steps>', 'measure the loss on the validation part this often', 1))
    .addOption(integerListOption('--sample-at <steps>', 'print a sample after these steps, for example 0,100,1000'))
    .addOption(integerOption('--print-every <steps>', 'print a line this often where there is no terminal', 1))
    .option('--json', 'print the result as one JSON object on stdout, and all else on stderr')
    .addHelpText('after', examples)
    .action((source: string, flags: TrainFlags) => {
      checkFractions(command, flags);
      return runTraining(train, source, flags);
    });
}

function addTimeOptions(command: Command): void {
  command
    .optionsGroup('How long:')
    .addOption(numberOption('--minutes <N>', 'train for this long', { above: 0 }).conflicts('epochs'))
    .addOption(numberOption('--epochs <N>', 'go through the training part this often', { above: 0 }))
    .option('--early-stopping', 'stop when the validation loss no longer falls')
    .option('--no-early-stopping', 'do not')
    .addOption(new Option('--resume', 'go on with the training in the --out folder').conflicts('initFrom'))
    .option('--init-from <model>', 'start with the weights of this model instead of random ones');
}

function addModelOptions(command: Command): void {
  command
    .optionsGroup('Model:')
    .addOption(new Option('--cell-type <name>', 'the recurrent cell').choices(cellTypes))
    .addOption(integerOption('--hidden-size <N>', 'units in each layer', 1, 8192))
    .addOption(integerOption('--num-layers <N>', 'recurrent layers', 1, 16))
    .addOption(numberOption('--dropout <X>', 'share of units dropped while training', { min: 0, below: 1 }));
}

function addLearningOptions(command: Command): void {
  const optimizers = ['adam', 'rmsprop'];
  const schedules = ['cosine', 'char-rnn', 'constant'];
  const backends = ['auto', 'onnx', 'webgpu', 'tensorflow'];
  command
    .optionsGroup('Learning:')
    .addOption(integerOption('--sequence-length <N>', 'steps of backpropagation through time', 2, 10_000))
    .addOption(integerOption('--batch-size <N>', 'streams of text read side by side', 1, 10_000))
    .addOption(new Option('--optimizer <name>', 'how gradients become weights').choices(optimizers))
    .addOption(numberOption('--learning-rate <X>', 'its peak', { above: 0, max: 10 }))
    .addOption(new Option('--schedule <name>', 'how the learning rate goes on').choices(schedules))
    .addOption(integerOption('--warmup-steps <N>', 'steps in which it rises to its peak', 0))
    .addOption(
      numberOption('--learning-rate-decay <X>', 'char-rnn schedule: its factor each epoch', { above: 0, max: 1 }),
    )
    .addOption(
      numberOption('--learning-rate-decay-after <epochs>', 'char-rnn schedule: from this epoch on', { min: 0 }),
    )
    .addOption(numberOption('--decay-rate <X>', 'decay of the mean squared gradient', { min: 0, below: 1 }))
    .addOption(numberOption('--clip-value <X>', 'limit of each element of the gradient; 0 is none', { min: 0 }))
    .addOption(numberOption('--clip-norm <X>', 'limit of the norm of the gradient; 0 is none', { min: 0 }))
    .addOption(integerOption('--seed <N>', 'of the weights, dropout and samples', 0, 2 ** 32 - 1))
    .addOption(new Option('--backend <name>', 'what does the arithmetic').choices(backends))
    .addOption(integerOption('--threads <N>', 'CPU threads', 1, 1024));
}

function addDataOptions(command: Command): void {
  command
    .optionsGroup('Data:')
    .addOption(numberOption('--train-fraction <X>', 'share of the text to train on', { above: 0, max: 1 }))
    .addOption(
      numberOption('--validation-fraction <X>', 'share to validate on; the rest is to test', { min: 0, below: 1 }),
    )
    .addOption(repeatableOption('--include <glob>', 'only files that match; may be repeated'))
    .addOption(repeatableOption('--exclude <glob>', 'no files that match; may be repeated'));
}

function checkFractions(command: Command, { trainFraction = 0, validationFraction = 0 }: TrainFlags): void {
  if (trainFraction + validationFraction <= 1 + 1e-9) return;
  command.error(
    `error: --train-fraction ${trainFraction} and --validation-fraction ${validationFraction} add up to more than 1.`,
    { exitCode: exitCodes.usageError },
  );
}

async function runTraining(train: Train, source: string, flags: TrainFlags): Promise<void> {
  const { json = false, printEvery, schedule, ...rest } = flags;
  const options: TrainOptions = { source, ...rest };
  if (schedule !== undefined) options.schedule = schedule === 'char-rnn' ? 'charRnn' : schedule;
  const output = openOutput(json);
  const view = output.people.isTTY ? progressBar(output.people) : plainLines(output.line, printEvery);
  const interrupt = catchInterrupt(() =>
    view.show({ type: 'notice', message: 'Stopping and saving; press Ctrl+C once more to leave at once.' }),
  );
  try {
    const handlers = { onEvent: view.show, signal: interrupt.signal };
    const end = await train(options, handlers).finally(view.close);
    if (end.reason === 'stopped') {
      output.line(`Everything is saved. To go on: ${resumeCommand(options)}`);
      process.exitCode = exitCodes.interrupted;
    } else {
      output.line(`The model is ${join(options.out, 'model.onnx')}.`);
    }
    output.result(resultOf(options, end));
  } finally {
    interrupt.dispose();
  }
}

function resultOf({ out }: TrainOptions, { reason, step, best, history }: EndEvent): object {
  return {
    model: join(out, 'model.onnx'),
    checkpoint: join(out, 'checkpoint.safetensors'),
    reason,
    step,
    best: best && { ...best, bitsPerCharacter: bitsFromNats(best.loss) },
    history,
  };
}
