import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { UserError } from '../../model/errors';
import { readModelFile, writeModelFile } from '../../model/onnx/modelFile';
import { formatBytes } from '../format';
import { openOutput } from '../output';

const examples = `
Examples:
  One file for any ONNX Runtime:
    $ unreasonable export --model models/kernel --out kernel.onnx

  The same with 8-bit weights, a quarter of the size:
    $ unreasonable export --model models/kernel --out kernel-int8.onnx --int8
`;

interface ExportFlags {
  readonly model: string;
  readonly out: string;
  readonly int8?: boolean;
  readonly json?: boolean;
}

/** `unreasonable export`: a model as a file of its own. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('Write a model to one self-contained .onnx file.')
    .requiredOption('--model <path>', 'a model file, or the folder of a training')
    .requiredOption('--out <file>', 'the file to write, its name ending in .onnx')
    .option('--int8', 'store the weights in 8 bits')
    .option('--json', 'print the result as one JSON object on stdout, and all else on stderr')
    .addHelpText('after', examples)
    .action(runExport);
}

async function runExport({ model: source, out, int8, json }: ExportFlags): Promise<void> {
  if (!out.endsWith('.onnx')) throw new UserError(`${out} does not end in .onnx: give the name of a file that does.`);
  const output = openOutput(json ?? false);
  const model = await readModelFile(source);
  await writeModelFile(out, model, int8 ? { quantize: 'int8' } : {});
  const { size } = await stat(out);
  output.line(`${out} is written: ${formatBytes(size)}.`);
  output.result({ out, bytes: size, int8: int8 ?? false });
}
