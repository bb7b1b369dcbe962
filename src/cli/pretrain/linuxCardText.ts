import { modelName } from '../../model/lstm/modelName';
import { parameterCount } from '../../model/lstm/weights';
import type { ModelCard } from '../../model/onnx/modelCard';
import type { Model } from '../../model/onnx/modelFile';
import { bitsFromNats } from '../../model/training/history';
import { cardTable } from '../evaluation/cardTable';
import { formatCount, formatDuration, withoutControls } from '../format';
import type { linuxSample } from './linuxModel';

/** The card of the Linux model as Markdown, to lie beside it: its licence, and its sample in C. */
export function linuxCardText(model: Model & { card: ModelCard }, command: string, sample: SampleText): string {
  const { card, configuration } = model;
  const { evaluation } = card;
  return `# The ${card.name} model

\`model.onnx\` is a recurrent network over characters (${modelName(configuration)}, ${formatCount(parameterCount(configuration))} parameters, its
matrices in 8 bits). It comes along with Unreasonable: \`npx unreasonable sample --model ${card.name.toLowerCase()} --path ${sample.path}\`.

## Licence

It was trained on ${card.data}${describeAmount(model)}.
That text is under the licence ${card.licence} (\`GPL-2.0.txt\` beside this file), and a model knows parts of its text by
heart: the model is passed on under the same licence, and what it writes may be like what it read. Unreasonable itself,
which only reads this file, is under the MIT licence. The source of the model is that text and this command:

\`\`\`sh
${command}
\`\`\`

## How good it is

Measured on ${formatCount(evaluation.characters)} characters of files that it was not trained on (${card.date}):

${cardTable(modelName(configuration), card)}

${evaluation.note}

${describeRounding(card)}

## How it came to be

${describeTraining(model)}

## A sample, unedited

Temperature ${sample.temperature}, seed ${sample.seed}, \`${sample.path}\`:

\`\`\`c
${withoutControls(sample.text).trimEnd()}
\`\`\`
`;
}

export type SampleText = typeof linuxSample & { readonly text: string };

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
