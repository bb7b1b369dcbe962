import type { Command } from 'commander';
import { userFolder } from '../../model/training/backends/tensorflow/loader';
import {
  describeSetup,
  type SetupOptions,
  setUpTensorFlow,
} from '../../model/training/backends/tensorflow/setup/setup';
import { catchInterrupt } from '../interrupt';
import { openOutput } from '../output';
import { exitCodes } from '../run';

const examples = `
Examples:
  With the libtensorflow 2.9 that is downloaded, for a GPU with CUDA 11.2:
    $ unreasonable tensorflow setup

  With a newer one that Python has, for CUDA 12 or 13 (it takes a C++ compiler and make):
    $ python3 -m pip install 'tensorflow[and-cuda]'
    $ unreasonable tensorflow setup --python python3
`;

type SetupFlags = SetupOptions & { readonly json?: boolean };

/** `unreasonable tensorflow`: the optional backend that a person installs. */
export function addTensorFlowCommand(program: Command): void {
  program
    .command('tensorflow')
    .description('The backend "tensorflow", for a GPU with CUDA: an option that you install.')
    .command('setup')
    .description('Install TensorFlow for Node.js into a folder of yours, load it once, and tell what it has found.')
    .option('--out <folder>', 'where it goes, and where UNREASONABLE_TENSORFLOW_PATH has to point then', userFolder())
    .option('--libtensorflow <folder>', 'build against this libtensorflow instead of downloading one')
    .option('--python <path>', 'build against the TensorFlow of this Python')
    .option('--json', 'print the result as one JSON object on stdout, and all else on stderr')
    .addHelpText('after', examples)
    .action(runSetup);
}

async function runSetup({ json = false, ...options }: SetupFlags): Promise<void> {
  const output = openOutput(json);
  const interrupt = catchInterrupt(() => output.line('Stopping; nothing is left behind.'));
  try {
    const result = await setUpTensorFlow(options, { line: output.line, signal: interrupt.signal });
    output.line(describeSetup(result));
    output.result(result);
  } catch (error) {
    if (error !== interrupt.signal.reason || !interrupt.signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
  } finally {
    interrupt.dispose();
  }
}
