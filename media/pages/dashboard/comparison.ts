import type { ModelComparison, Writing } from '../../../src/model/evaluation/comparisonResult';
import type { Scores } from '../../../src/model/evaluation/scores';
import { formatCount, formatShare } from '../../../src/model/format';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';

/** The model beside n-gram models of the same text: two tables, or a button that asks for them. */
export class ComparisonSection {
  readonly element: HTMLElement;
  private readonly ask: HTMLButtonElement;
  private readonly tables = element('div', { class: 'comparison' });
  private shown = '';

  constructor(onAsk: () => void) {
    this.ask = element('button', { class: 'secondary', onclick: onAsk });
    this.element = element(
      'section',
      { 'aria-labelledby': 'comparison' },
      element('h2', { id: 'comparison' }, l10n.t('Beside n-grams')),
      element(
        'p',
        { class: 'muted' },
        l10n.t(
          'How well would counting do? N-gram models of the same files, on files that none of the models has read; and what each of them writes.',
        ),
      ),
      this.ask,
      this.tables,
    );
  }

  /** @param name of the network. */
  show(name: string, comparison: ModelComparison | null, canAsk: boolean): void {
    this.ask.textContent = comparison === null ? l10n.t('Compare') : l10n.t('Compare Again');
    this.ask.hidden = !canAsk;
    const key = JSON.stringify([name, comparison]);
    if (key === this.shown) return;
    this.shown = key;
    this.tables.replaceChildren(...(comparison === null ? [] : [predicts(name, comparison), writes(name, comparison)]));
  }
}

function predicts(name: string, { network, ngrams, step }: ModelComparison): HTMLElement {
  const best = Math.min(network.bitsPerCharacter, ...ngrams.map(({ bitsPerCharacter }) => bitsPerCharacter));
  const rows = [
    ...ngrams.map((ngram) => ({ label: l10n.t('{0}-gram', ngram.order), scores: ngram })),
    { label: name, scores: network },
  ];
  const caption =
    step === null
      ? l10n.t('On {0} characters', formatCount(network.characters))
      : l10n.t('On {0} characters, after {1} steps', formatCount(network.characters), formatCount(step));
  return table(
    caption,
    [l10n.t('Bits per character'), l10n.t('Next character right'), l10n.t('Among the first five')],
    rows.map(({ label, scores }) => ({ label, cells: scoreCells(scores), best: scores.bitsPerCharacter === best })),
  );
}

function scoreCells({ bitsPerCharacter, top1, top5 }: Scores): string[] {
  return [bitsPerCharacter.toFixed(3), formatShare(top1), formatShare(top5)];
}

function writes(name: string, { writing }: ModelComparison): HTMLElement {
  const share = (value: number | null) => (value === null ? '–' : formatShare(value));
  const columns = [writing.network, writing.ngram, writing.heldOut];
  const rows: [string, (writing: Writing) => string][] = [
    [l10n.t('Brackets that match'), ({ brackets }) => share(brackets)],
    [l10n.t('Lines indented right'), ({ indentation }) => share(indentation)],
    [l10n.t('Words of your code'), ({ knownWords }) => share(knownWords)],
    [l10n.t('Not copied, in runs of {0} or more', writing.copyLength), ({ newShare }) => share(newShare)],
    [l10n.t('Longest copy, characters'), ({ longestCopy }) => formatCount(longestCopy)],
  ];
  return table(
    l10n.t('What they write'),
    [name, l10n.t('{0}-gram', writing.ngram.order), l10n.t('Your code')],
    rows.map(([label, value]) => ({ label, cells: columns.map(value), best: false })),
  );
}

interface Row {
  readonly label: string;
  readonly cells: readonly string[];
  readonly best: boolean;
}

function table(caption: string, heads: readonly string[], rows: readonly Row[]): HTMLElement {
  const head = [element('td'), ...heads.map((text) => element('th', { scope: 'col', class: 'number' }, text))];
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...head)),
    element(
      'tbody',
      {},
      ...rows.map(({ label, cells, best }) =>
        element(
          'tr',
          { class: best ? 'best' : undefined },
          element('th', { scope: 'row' }, label),
          ...cells.map((cell) => element('td', { class: 'number' }, cell)),
        ),
      ),
    ),
  );
}
