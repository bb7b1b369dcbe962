import { formatCompact, formatDuration } from '../../../src/model/format';
import { bestOf } from '../../../src/model/training/log/story';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import { bestMark, lossCurves, type Progress, stepCurve } from './curves';
import { Plot, type PlotContent } from './plot';
import type { Training } from './trainings';

/** How a person wants the plots. */
export interface PlotState {
  readonly progress: Progress;
  readonly logarithmicLoss: boolean;
  readonly logarithmicProgress: boolean;
  readonly compare: boolean;
}

/** Earlier trainings in one plot at most, the newest. */
const mostEarlier = 4;

/** The plots of a training, the controls of their axes, and the measurements as a table. */
export class Plots {
  readonly element: HTMLElement;
  private readonly loss = new Plot(l10n.t('Loss in bits per character'), 320);
  private readonly small = {
    learningRate: new Plot(l10n.t('Learning rate'), 150),
    gradientNorm: new Plot(l10n.t('Gradient norm'), 150),
    charactersPerSecond: new Plot(l10n.t('Characters per second'), 150),
  };
  private readonly progress: HTMLSelectElement;
  private readonly boxes: Readonly<Record<'logarithmicLoss' | 'logarithmicProgress' | 'compare', HTMLInputElement>>;
  private readonly rows = element('tbody');

  constructor(onChange: (change: Partial<PlotState>) => void) {
    this.progress = element(
      'select',
      { id: 'progress' },
      element('option', { value: 'characters' }, l10n.t('characters seen')),
      element('option', { value: 'seconds' }, l10n.t('time')),
    );
    this.progress.addEventListener('change', () => onChange({ progress: this.progress.value as Progress }));
    const box = (name: keyof Plots['boxes']) => {
      const input = element('input', { type: 'checkbox', id: name });
      input.addEventListener('change', () => onChange({ [name]: input.checked }));
      return input;
    };
    this.boxes = {
      logarithmicLoss: box('logarithmicLoss'),
      logarithmicProgress: box('logarithmicProgress'),
      compare: box('compare'),
    };
    this.element = element(
      'section',
      { 'aria-label': l10n.t('Plots') },
      element(
        'div',
        { class: 'row' },
        element('label', { for: 'progress' }, l10n.t('Over')),
        this.progress,
        labelled(this.boxes.logarithmicLoss, l10n.t('logarithmic loss')),
        labelled(this.boxes.logarithmicProgress, l10n.t('logarithmic progress')),
        labelled(this.boxes.compare, l10n.t('compare with earlier trainings')),
      ),
      this.loss.element,
      element('div', { class: 'small-plots' }, ...Object.values(this.small).map((plot) => plot.element)),
      this.table(),
    );
  }

  show({ story }: Training, earlier: readonly Training[], state: PlotState): void {
    const { progress, logarithmicLoss, logarithmicProgress, compare } = state;
    this.progress.value = progress;
    for (const [name, box] of Object.entries(this.boxes)) box.checked = state[name as keyof Plots['boxes']];
    const names = { training: l10n.t('Training'), validation: l10n.t('Validation') };
    const formatX = progress === 'seconds' ? formatDuration : formatCompact;
    const xName = progress === 'seconds' ? l10n.t('Time') : l10n.t('Characters');
    const shared = { xName, formatX, logarithmicX: logarithmicProgress, logarithmicY: false, mark: null };
    this.loss.show({
      ...shared,
      curves: lossCurves(story, compare ? earlier.slice(0, mostEarlier) : [], progress, names),
      mark: bestMark(story, progress),
      formatY: (bits) => bits.toFixed(2),
      logarithmicY: logarithmicLoss,
      description: describeLoss(story),
    });
    for (const [value, plot] of Object.entries(this.small)) {
      const name = plot.element.querySelector('figcaption')!.textContent;
      const curve = stepCurve(story, value as keyof Plots['small'], progress, name);
      const last = curve.ys.at(-1);
      const content: PlotContent = {
        ...shared,
        curves: [curve],
        formatY: formatSmall,
        description: last === undefined ? name : l10n.t('{0}: {1} at last', name, formatSmall(last)),
      };
      plot.show(content);
    }
    this.showTable(story);
  }

  private table(): HTMLElement {
    const heads = [l10n.t('Step'), l10n.t('Characters'), l10n.t('Time'), l10n.t('Bits per character')];
    return element(
      'details',
      {},
      element('summary', {}, l10n.t('Measurements on the validation split as a table')),
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element('tr', {}, ...heads.map((head) => element('th', { class: 'number', scope: 'col' }, head))),
        ),
        this.rows,
      ),
    );
  }

  private showTable(story: Training['story']): void {
    const best = bestOf(story);
    const rows = story.validations.map((entry) => {
      const bits = entry.bitsPerCharacter.toFixed(3);
      const cells = [
        entry.step.toLocaleString(l10n.language()),
        formatCompact(entry.characters),
        formatDuration(entry.seconds),
        entry === best ? l10n.t('{0} (best)', bits) : bits,
      ];
      return element('tr', {}, ...cells.map((cell) => element('td', { class: 'number' }, cell)));
    });
    if (rows.length !== this.rows.childElementCount || rows.at(-1)?.textContent !== this.rows.lastChild?.textContent) {
      this.rows.replaceChildren(...rows);
    }
  }
}

function labelled(box: HTMLInputElement, text: string): HTMLElement {
  return element('label', { class: 'box' }, box, text);
}

function formatSmall(value: number): string {
  return value >= 1000 ? formatCompact(value) : String(Number(value.toPrecision(3)));
}

function describeLoss(story: Training['story']): string {
  const [last, measured, best] = [story.steps.at(-1), story.validations.at(-1), bestOf(story)];
  if (last === undefined) return l10n.t('No loss yet');
  const parts = [l10n.t('Training loss {0} bits per character', last.bitsPerCharacter.toFixed(2))];
  if (measured) parts.push(l10n.t('validation loss {0}', measured.bitsPerCharacter.toFixed(2)));
  if (best) parts.push(l10n.t('best {0} at step {1}', best.bitsPerCharacter.toFixed(2), best.step));
  return parts.join(', ');
}
