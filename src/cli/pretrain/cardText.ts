import { extname } from 'node:path';
import { modelName } from '../../model/lstm/modelName';
import { parameterCount } from '../../model/lstm/weights';
import type { ModelCard } from '../../model/onnx/modelCard';
import type { Model } from '../../model/onnx/modelFile';
import { bitsFromNats } from '../../model/training/history';
import { cardTable } from '../evaluation/cardTable';
import { formatCount, formatDuration, withoutControls } from '../format';
import type { Pretraining, SourceText } from './pretraining';

/** The card of a model as Markdown, to lie beside it: its licence, its figures, and its sample. */
export function cardText(
  model: Model & { card: ModelCard },
  pretraining: Pretraining,
  { conditions }: SourceText,
  sample: string,
): string {
  const { card, configuration } = model;
  const { evaluation } = card;
  const { path, temperature, seed } = pretraining.sample;
  return `# The ${card.name} model

\`model.onnx\` is a recurrent network over characters (${modelName(configuration)}, ${formatCount(parameterCount(configuration))} parameters, its
matrices in 8 bits). It comes along with Unreasonable: \`npx unreasonable sample --model ${pretraining.name} --path ${path}\`.

## Licence

It was trained on ${card.data}${describeAmount(model)}.
${conditions} Unreasonable itself,
which only reads this file, is under the MIT licence. The source of the model is that text and this:

\`\`\`sh
${pretraining.commands.join('\n')}
\`\`\`

## How good it is

Measured on ${formatCount(evaluation.characters)} characters of files that it was not trained on (${card.date}):

${cardTable(modelName(configuration), card)}

${evaluation.note}

${describeRounding(card)}

## How it came to be

${describeTraining(model)}

## A sample, unedited

Temperature ${temperature}, seed ${seed}, \`${path}\`:

\`\`\`${extname(path).slice(1)}
${withoutControls(sample).trimEnd()}
\`\`\`
`;
}

/** How much of the data the training came to. */
function describeAmount({ history }: Model): string {
  return history === null ? '' : `, of which it read ${formatCount(history.characters)}`;
}

function describeRounding({ evaluation: { rounding } }: ModelCard): string {
  const [rounded, exact] = [rounding.roundedNats, rounding.exactNats].map((nats) => bitsFromNats(nats));
  const loss = (rounded! - exact!).toFixed(4);
  return `The weights in 8 bits lose ${loss} bits per character, measured on ${formatCount(rounding.characters)} characters.`;
}

function describeTraining({ history }: Model): string {
  if (history === null) return 'Not known.';
  const { settings, step, characters, seconds, device, backend, best } = history;
  const lines = [
    `${formatCount(step)} steps, ${formatCount(characters)} characters, ${formatDuration(seconds)} on ${device} (${backend}).`,
  ];
  if (best !== null) {
    const bits = bitsFromNats(best.loss).toFixed(3);
    lines.push(`Validation loss: ${best.loss.toFixed(3)} nats, ${bits} bits per character.`);
  }
  const format = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value);
  const rows = Object.entries(settings).map(([name, value]) => `| ${name} | ${format(value)} |`);
  return [...lines, '', '| setting | value |', '| --- | --- |', ...rows].join('\n');
}
