import { formatCompact, formatCount, formatShare } from '../../../src/model/format';
import type { SampledText, SampleEntry } from '../../../src/model/training/log/entries';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import { piecesOf, visible } from './marks';

/**
 * What a model wrote as it learned: a slider over the moments at which it was asked, and under it what it wrote then, a
 * column a temperature.
 */
export class Evolution {
  readonly element: HTMLElement;
  private readonly slider = element('input', { type: 'range', min: 0, max: 0, step: 1, class: 'timeline' });
  private readonly moment = element('output', { for: 'timeline', 'aria-live': 'polite' });
  private readonly timeline = element(
    'div',
    { class: 'row' },
    element('label', { for: 'timeline' }, l10n.t('Moment')),
    this.slider,
    this.moment,
  );
  private readonly columns = element('div', { class: 'samples' });
  private readonly empty = element('p', { class: 'muted' });
  private samples: readonly SampleEntry[] = [];
  private shown = '';

  /** @param onChoice hears the step that the person goes to, null for the newest. */
  constructor(private readonly onChoice: (step: number | null) => void) {
    this.slider.id = 'timeline';
    this.slider.addEventListener('input', () => this.choose(Number(this.slider.value)));
    this.empty.textContent = l10n.t('The first sample is drawn soon after the training began.');
    this.element = element(
      'section',
      { 'aria-labelledby': 'evolution' },
      element('h2', { id: 'evolution' }, l10n.t('What it writes')),
      this.empty,
      this.timeline,
      this.columns,
      legend(),
    );
  }

  /** @param step the step that was chosen, null to follow the newest. */
  show(samples: readonly SampleEntry[], step: number | null): void {
    this.samples = samples;
    this.empty.hidden = samples.length > 0;
    this.timeline.hidden = samples.length === 0;
    this.slider.max = String(Math.max(0, samples.length - 1));
    const found = samples.findLastIndex((sample) => sample.step <= (step ?? Infinity));
    this.draw(Math.max(0, found));
  }

  private choose(index: number): void {
    const isNewest = index === this.samples.length - 1;
    this.onChoice(isNewest ? null : (this.samples[index]?.step ?? null));
    this.draw(index);
  }

  private draw(index: number): void {
    const sample = this.samples[index];
    this.slider.value = String(index);
    if (sample === undefined) {
      this.shown = '';
      this.columns.replaceChildren();
      return;
    }
    const moment = l10n.t('step {0}, {1} characters', formatCount(sample.step), formatCompact(sample.characters));
    this.slider.setAttribute('aria-valuetext', moment);
    this.moment.textContent = moment;
    // A selection in the text outlives news of other things.
    const key = JSON.stringify(sample.texts);
    if (key === this.shown) return;
    this.shown = key;
    this.columns.replaceChildren(...sample.texts.map(column));
  }
}

function column(sampled: SampledText): HTMLElement {
  return element(
    'article',
    { class: 'sample' },
    element('h3', {}, l10n.t('Temperature {0}', sampled.temperature)),
    element('pre', { tabindex: 0 }, ...piecesOf(sampled).map(marked)),
    element('p', { class: 'muted' }, verdict(sampled)),
  );
}

function marked({ text, copiedFrom, madeUp }: ReturnType<typeof piecesOf>[number]): HTMLElement | string {
  if (copiedFrom === null && !madeUp) return visible(text);
  if (copiedFrom === null) return element('span', { class: 'made-up' }, visible(text));
  const title = copiedFrom === '' ? l10n.t('Copied') : l10n.t('Copied from {0}', copiedFrom);
  return element('mark', { class: 'copied', title }, visible(text));
}

/** What is new, copied and spelled in a sample, in a sentence or two. */
function verdict({ check }: SampledText): string {
  const { longestCopy, newShare, words, unknownWords } = check;
  const longest =
    longestCopy === null
      ? l10n.t('nothing of length is copied')
      : longestCopy.path === ''
        ? l10n.t('longest copy {0} characters', longestCopy.length)
        : l10n.t('longest copy {0} characters, from {1}', longestCopy.length, longestCopy.path);
  const spelled =
    words === 0
      ? l10n.t('no words yet')
      : l10n.t('{0} of {1} words are words of your code', words - unknownWords.length, words);
  return `${l10n.t('{0} new', formatShare(newShare))}; ${longest}; ${spelled}.`;
}

function legend(): HTMLElement {
  return element(
    'p',
    { class: 'muted' },
    element('mark', { class: 'copied' }, l10n.t('Marked')),
    ` ${l10n.t('text of 32 characters or more stands in your files word for word;')} `,
    element('span', { class: 'made-up' }, l10n.t('underlined')),
    ` ${l10n.t('words stand in none.')}`,
  );
}
