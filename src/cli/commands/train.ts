import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { cellTypes } from '../../model/lstm/configuration';
import { bitsFromNats } from '../../model/training/history';
import { type EndEvent, ranges, type TrainOptions } from '../../model/training/options';
import { defaultMinutes } from '../../model/training/recipe';
import { train } from '../../model/training/trainer';
import { catchInterrupt } from '../interrupt';
import { integerListOption, numberOption, repeatableOption } from '../options';
import { openOutput } from '../output';
import { exitCodes } from '../run';
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
    $ unreasonable train my-driver --out models/mine --init-from linux --minutes 5

  The defaults of char-rnn:
    $ unreasonable train tinyshakespeare.txt --out models/shakespeare --epochs 50 \\
        --hidden-size 128 --num-layers 2 --sequence-length 50 --batch-size 50 --dropout 0 --clip-value 5 \\
        --optimizer rmsprop --decay-rate 0.95 --learning-rate 0.002 --schedule char-rnn \\
        --learning-rate-decay 0.97 --learning-rate-decay-after 10 --train-fraction 0.95 --validation-fraction 0.05
`;

type TrainFlags = Omit<TrainOptions, 'source' | 'schedule'> & {
  schedule?: 'cosine' | 'char-rnn' | 'constant';
  printEvery?: number;
  json?: boolean;
};

/** `unreasonable train`: from source files to a model. */
export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .description(
      'Learn the style of a folder of source files, or of one text file. ' +
        'What you leave out is chosen for the time at hand; "unreasonable info" tells what it was.',
    )
    .argument('<source>', 'a folder (each file is a document) or one text file')
    .requiredOption('--out <folder>', 'where model.onnx and checkpoint.safetensors go')
    .addHelpText('after', examples)
    .action((source: string, flags: TrainFlags) => runTraining(source, flags));
  addOptions(command, 'How long:', timeOptions());
  addOptions(command, 'Model:', modelOptions());
  addOptions(command, 'Learning:', learningOptions());
  addOptions(command, 'Data:', dataOptions());
  addOptions(command, 'Output:', outputOptions());
}

function addOptions(command: Command, heading: string, options: readonly Option[]): void {
  for (const option of options) command.addOption(option.helpGroup(heading));
}

function timeOptions(): Option[] {
  return [
    numberOption('--minutes <N>', `train for this long (default: ${defaultMinutes})`, ranges.minutes).conflicts(
      'epochs',
    ),
    numberOption('--epochs <N>', 'go through the training part this often', ranges.epochs),
    numberOption('--further-minutes <N>', 'with --resume, train for this much longer', ranges.furtherMinutes),
    new Option('--early-stopping', 'stop when the validation loss no longer falls (the default)'),
    new Option('--no-early-stopping', 'do not'),
    new Option('--resume', 'go on exactly where the training in the --out folder was'),
    fresh(
      new Option(
        '--init-from <model>',
        'start with the weights of a model: of your own, linux, polyglot, none, or auto: polyglot for little time (default)',
      ),
    ),
  ];
}

function modelOptions(): Option[] {
  return [
    new Option('--cell-type <name>', 'the recurrent cell').choices(cellTypes),
    numberOption('--hidden-size <N>', 'units in each layer', ranges.hiddenSize),
    numberOption('--num-layers <N>', 'recurrent layers', ranges.numLayers),
    numberOption('--dropout <X>', 'share of units dropped while training', ranges.dropout),
  ].map(fresh);
}

function learningOptions(): Option[] {
  const schedules = ['cosine', 'char-rnn', 'constant'];
  const fixed = [
    numberOption('--sequence-length <N>', 'steps of backpropagation through time', ranges.sequenceLength),
    numberOption(
      '--piece-length <N>',
      'characters read in one go, then elsewhere (default: all, time permitting)',
      ranges.pieceLength,
    ),
    numberOption('--batch-size <N>', 'streams of text read side by side', ranges.batchSize),
    new Option('--optimizer <name>', 'how gradients become weights').choices(['adam', 'rmsprop']),
    numberOption('--learning-rate <X>', 'its peak', ranges.learningRate),
    new Option('--schedule <name>', 'how the learning rate goes on').choices(schedules),
    numberOption('--warmup-steps <N>', 'steps in which it rises to its peak', ranges.warmupSteps),
    numberOption('--learning-rate-decay <X>', "char-rnn's factor for each epoch", ranges.learningRateDecay),
    numberOption('--learning-rate-decay-after <N>', '… after this epoch', ranges.learningRateDecayAfter),
    numberOption('--decay-rate <X>', 'decay of the mean squared gradient', ranges.decayRate),
    numberOption('--clip-value <X>', 'limit of each element of the gradient; 0 is none', ranges.clipValue),
    numberOption('--clip-norm <X>', 'limit of the norm of the gradient; 0 is none', ranges.clipNorm),
    numberOption('--seed <N>', 'of the weights, dropout and samples', ranges.seed),
  ];
  return [
    ...fixed.map(fresh),
    new Option('--backend <name>', 'what does the arithmetic').choices(['auto', 'onnx', 'webgpu', 'tensorflow']),
    fresh(numberOption('--threads <N>', 'CPU threads', ranges.threads)),
  ];
}

function dataOptions(): Option[] {
  return [
    fresh(numberOption('--train-fraction <X>', 'share of the text to train on', ranges.trainFraction)),
    fresh(
      numberOption('--validation-fraction <X>', 'share to validate on; the rest is to test', ranges.validationFraction),
    ),
    repeatableOption('--include <pattern>', 'read only files that match, as in .gitignore; may be repeated'),
    repeatableOption('--exclude <pattern>', 'leave out what matches, as in .gitignore; may be repeated'),
  ];
}

function outputOptions(): Option[] {
  return [
    numberOption('--validation-every <N>', 'steps between measurements on the validation part', ranges.validationEvery),
    integerListOption('--sample-at <steps>', 'print a sample after these steps, for example 0,100,1000'),
    numberOption('--print-every <N>', 'steps between lines where there is no terminal', ranges.validationEvery),
    new Option('--json', 'print the result as one JSON object on stdout, and all else on stderr'),
  ];
}

/** Marks an option that only a new training can have: a resumed one keeps what it was started with. */
function fresh(option: Option): Option {
  return option.conflicts('resume');
}

async function runTraining(source: string, flags: TrainFlags): Promise<void> {
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
  } catch (error) {
    if (error !== interrupt.signal.reason) throw error;
    output.line('Stopped before the first step; nothing was written.');
    process.exitCode = exitCodes.interrupted;
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
