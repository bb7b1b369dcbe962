import type { Finding, GateSaturation } from '../../model/inspection/findings';
import { placeOfCell } from '../../model/inspection/placeOfCell';
import type { ModelConfiguration } from '../../model/lstm/configuration';
import type { Model } from '../../model/onnx/modelFile';
import { formatCount, formatShare, withoutControls } from '../format';
import { markdownTable } from '../table';
import type { FileInspection } from './inspectFile';

/** Places that are printed. */
const placeCount = 10;

/** What the properties are called. */
const names: Readonly<Record<Finding['property'], string>> = {
  string: 'inside a string',
  comment: 'inside a comment',
  include: 'inside an import',
  condition: 'in the condition of an if',
  url: 'inside a URL',
  identifier: 'inside a name',
  linePosition: 'position in the line',
  indentation: 'indentation',
  bracketDepth: 'open brackets',
};

/** An inspection in a terminal. */
export function inspectionLines({ texts, page }: FileInspection, { configuration, vocabulary }: Model): string[] {
  const { text, findings } = page;
  const { characters } = texts.texts[0]!.text;
  const show = (part: string) => withoutControls(JSON.stringify(part).slice(1, -1));
  const places = text.places
    .slice(0, placeCount)
    .map(({ line, start, end, bits, peak, guess, guessProbability }) => [
      `${line + 1}`,
      show(characters.slice(start, end).join('')),
      bits.toFixed(1),
      show(characters[peak]!),
      `${show(vocabulary.characters[guess]!)} (${formatShare(guessProbability)})`,
    ]);
  const basis = `${formatCount(findings.characters)} characters ${findings.basis === 'text' ? 'of this text' : `of ${formatCount(findings.files)} files`}`;
  return [
    `${formatCount(characters.length)} characters at ${text.bitsPerCharacter.toFixed(3)} bits each`,
    ...(text.isCut ? ['The file is longer: what is beyond was not read.'] : []),
    '\nMost surprising places',
    markdownTable(['line', 'text', 'bits', 'came', 'expected'], places),
    `\nCells that tell what they read, found on one half of ${basis} and scored on the other`,
    markdownTable(
      ['property', 'cell', 'score'],
      findings.findings.map((finding) => findingRow(finding, configuration)),
    ),
    ...(texts.saturation.length === 0 ? [] : ['\nGates, the mean share of characters at which they are']),
    ...(texts.saturation.length === 0
      ? []
      : [
          markdownTable(
            ['gate', 'shut (below 0.1)', 'open (above 0.9)'],
            texts.saturation.map(({ layer, gate, left, right }) => [
              `layer ${layer + 1}, ${gate}`,
              formatShare(mean(left)),
              formatShare(mean(right)),
            ]),
          ),
        ]),
  ];
}

function findingRow(finding: Finding, configuration: ModelConfiguration): string[] {
  const name = names[finding.property];
  const [first] = finding.cells;
  if (first === undefined) return [name, '–', 'too rare to tell'];
  const { layer, unit } = placeOfCell(configuration, first.cell);
  const score =
    'correlation' in first
      ? `correlation ${first.correlation.toFixed(3)}`
      : `balanced accuracy ${formatShare(first.balancedAccuracy)}, AUC ${first.auc.toFixed(3)}`;
  return [name, `layer ${layer + 1}, unit ${unit}`, score];
}

function mean(shares: GateSaturation['left']): number {
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
