import { type Command, Option } from 'commander';
import { UserError } from '../../model/errors';
import { writeFileAtomically } from '../../model/files/atomicWrite';
import { modelName } from '../../model/lstm/modelName';
import { readModelFile } from '../../model/onnx/modelFile';
import { stageProgress } from '../evaluation/stageProgress';
import { inspectionHtml } from '../inspection/html';
import { type InspectionStage, inspectFile } from '../inspection/inspectFile';
import { inspectionJson } from '../inspection/json';
import { inspectionLines } from '../inspection/lines';
import { numberOption } from '../options';
import { openOutput } from '../output';

const examples = `
Examples:
  What surprises the model in a file, and which cells know what they are reading:
    $ unreasonable inspect --model models/kernel ~/linux/kernel/fork.c --data ~/linux/kernel

  The same as one page to look at, with the guesses under the text and every cell:
    $ unreasonable inspect --model models/kernel ~/linux/kernel/fork.c --out fork.html

  For a script:
    $ unreasonable inspect --model models/kernel ~/linux/kernel/fork.c --json | jq .bitsPerCharacter
`;

const stageNames: Record<InspectionStage, string> = {
  reading: 'reading the file',
  readingData: 'reading the folder',
  finding: 'finding cells',
};

interface InspectFlags {
  readonly model: string;
  readonly out?: string;
  readonly path?: string;
  readonly data?: string;
  readonly dataCharacters: number;
  readonly json?: boolean;
}

/** `unreasonable inspect`: what a model expects at each character of a file, and what its cells do. */
export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description(
      'Look inside a model while it reads a file: guesses, surprise, and the cells that know what they read.',
    )
    .argument('<file>', 'a text file')
    .requiredOption('--model <path>', 'a model file, or the folder of a training')
    .option('--out <page.html>', 'write it as one page that stands by itself')
    .option('--path <path>', 'the name of the file as the model is to see it (default: as it is in --data)')
    .option('--data <folder>', 'find cells on files of this folder, not on the file alone')
    .addOption(
      numberOption('--data-characters <N>', 'characters of the folder to read', {
        minimum: 1000,
        maximum: 1e6,
        whole: true,
      }).default(50_000),
    )
    .addOption(new Option('--json', 'print it as one JSON object on stdout, and all else on stderr'))
    .addHelpText('after', examples)
    .action(runInspect);
}

async function runInspect(
  file: string,
  { model: modelPath, out, json = false, ...request }: InspectFlags,
): Promise<void> {
  if (out !== undefined && !/\.html?$/i.test(out)) {
    throw new UserError(`${out} does not end in .html: give the name of a page that does.`);
  }
  const output = openOutput(json);
  const model = await readModelFile(modelPath);
  const progress = stageProgress(process.stderr);
  const inspection = await inspectFile(model, { file, ...request }, (stage, share) =>
    progress.show(stageNames[stage], share),
  ).finally(progress.close);
  // First of all: a page that can't be written must not cost the result.
  if (!json) {
    output.line(`${modelName(model.configuration)} reads ${file}`);
    for (const line of inspectionLines(inspection, model)) output.line(line);
  }
  output.result(inspectionJson(inspection, model));
  if (out === undefined) return;
  await writeFileAtomically(out, [Buffer.from(await inspectionHtml(inspection.page))]);
  output.line(`\nWritten to ${out}`);
}
