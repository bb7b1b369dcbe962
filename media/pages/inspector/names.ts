import type { Finding } from '../../../src/model/inspection/findings';
import * as l10n from '../shared/l10n';

/** What a property is called. */
export function propertyName(property: Finding['property']): string {
  const names: Record<Finding['property'], string> = {
    string: l10n.t('inside a string'),
    comment: l10n.t('inside a comment'),
    include: l10n.t('inside an import'),
    condition: l10n.t('in the condition of an if'),
    url: l10n.t('inside a URL'),
    identifier: l10n.t('inside a name'),
    linePosition: l10n.t('position in the line'),
    indentation: l10n.t('indentation'),
    bracketDepth: l10n.t('open brackets'),
  };
  return names[property];
}

/** A character as people call it. */
export function characterName(character: string): string {
  if (character === ' ') return l10n.t('space');
  if (character === '\n') return l10n.t('line end');
  if (character === '\t') return l10n.t('tab');
  if (character === '\u0003') return l10n.t('end of the file');
  if (character === '\uFFFD') return l10n.t('a character that the model does not know');
  return character;
}

/** Layer and unit as they are shown: layers from 1, as people count them, units from 0, as they are stored. */
export function cellName({ layer, unit }: { readonly layer: number; readonly unit: number }): string {
  return l10n.t('layer {0}, unit {1}', layer + 1, unit);
}

export function decimals(value: number, digits: number): string {
  return value.toLocaleString(l10n.language(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function percent(share: number): string {
  return share.toLocaleString(l10n.language(), { style: 'percent', maximumFractionDigits: 1 });
}
