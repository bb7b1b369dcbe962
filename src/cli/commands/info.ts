import type { Command } from 'commander';
import { modelName } from '../../model/lstm/modelName';
import { parameterCount } from '../../model/lstm/weights';
import { type Model, readModelFile } from '../../model/onnx/modelFile';
import { bitsFromNats, type TrainingHistory, type ValidationPoint } from '../../model/training/history';
import { formatCount, formatDuration } from '../format';
import { openOutput } from '../output';

const examples = `
Examples:
  $ unreasonable info --model models/kernel
  $ unreasonable info --model kernel.onnx --json | jq .configuration
`;

/** `unreasonable info`: what a model is and how it came to be. */
export function addInfoCommand(program: Command): void {
  program
    .command('info')
    .description('Tell what a model is and how it was trained.')
    .requiredOption('--model <path>', 'a model file, or the folder of a training')
    .option('--json', 'print it as one JSON object')
    .addHelpText('after', examples)
    .action(async (flags: { model: string; json?: boolean }) => {
      const output = openOutput(flags.json ?? false);
      const model = await readModelFile(flags.model);
      const { configuration, vocabulary, history, card } = model;
      const parameters = parameterCount(configuration);
      if (flags.json) output.result({ configuration, parameters, vocabulary, history, card });
      else for (const line of describe(model, parameters)) output.line(line);
    });
}

function describe({ configuration, vocabulary, history, card }: Model, parameters: number): string[] {
  // The reserved characters come first; control characters and spaces are shown escaped.
  const characters = vocabulary.characters.slice(3).map((character) => JSON.stringify(character).slice(1, -1));
  return [
    `Model       ${modelName(configuration)}, ${formatCount(parameters)} parameters`,
    `Characters  ${vocabulary.size}, three of them reserved: ${characters.join(' ')}`,
    ...(card ? [`Data        ${card.data}`, `Licence     ${card.licence}, as that of the data`] : []),
    ...(history === null ? ['Training    not known'] : describeHistory(history)),
  ];
}

function describeHistory({ settings, backend, device, step, characters, seconds, ...rest }: TrainingHistory): string[] {
  const format = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value);
  const setting = Object.entries(settings).map(([name, value]) => `${name} ${format(value)}`);
  return [
    `Training    ${formatCount(step)} steps, ${formatCount(characters)} characters, ${formatDuration(seconds)} on ${device} (${backend})`,
    ...(rest.best === null ? [] : [`Best        ${describePoint(rest.best)}`]),
    'Validation',
    ...rest.validation.map((point) => `  ${describePoint(point)}`),
    'Settings',
    ...setting.map((line) => `  ${line}`),
  ];
}

function describePoint({ step, loss }: ValidationPoint): string {
  return `${bitsFromNats(loss).toFixed(3)} bits per character (${loss.toFixed(3)} nats) at step ${formatCount(step)}`;
}
