import type { DashboardState, FromDashboard } from '../../../src/extension/views/dashboard/messages';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import type { Training } from './trainings';

/** What a person can do about a training: which one is shown, stop it, go on with it, begin another. */
export class Controls {
  readonly element: HTMLElement;
  private readonly choice = element('select', { id: 'training' });
  private readonly stop: HTMLButtonElement;
  private readonly resume: HTMLButtonElement;
  private readonly keep: HTMLButtonElement;
  private readonly train: HTMLButtonElement;
  private readonly minutes = element('input', { id: 'minutes', type: 'number', min: 0.1, max: 10000, step: 'any' });
  private readonly keeping: HTMLElement;
  private readonly choosing: HTMLElement;
  private shown: string | null = null;

  constructor(send: (message: FromDashboard) => void, onChoice: (id: string) => void) {
    this.choice.addEventListener('change', () => onChoice(this.choice.value));
    const button = (text: string, properties: { class?: string; onclick: () => void }) =>
      element('button', properties, text);
    this.stop = button(l10n.t('Stop'), { onclick: () => send({ type: 'stop' }) });
    this.resume = button(l10n.t('Resume'), { onclick: () => send({ type: 'resume' }) });
    this.keep = button(l10n.t('Keep Training'), { class: 'secondary', onclick: () => this.askToKeep(send) });
    this.train = button(l10n.t('Train on Workspace'), { class: 'secondary', onclick: () => send({ type: 'train' }) });
    this.choosing = element(
      'span',
      { class: 'row' },
      element('label', { for: 'training' }, l10n.t('Training')),
      this.choice,
    );
    this.keeping = element(
      'span',
      { class: 'row' },
      this.keep,
      element('label', { for: 'minutes' }, l10n.t('minutes more')),
      this.minutes,
    );
    this.element = element(
      'div',
      { class: 'row controls' },
      this.choosing,
      this.stop,
      this.resume,
      this.keeping,
      this.train,
    );
  }

  show(trainings: readonly Training[], shown: Training | undefined, state: DashboardState): void {
    const names = trainings.map(({ id, name }) => {
      return element('option', { value: id }, id === state.running ? l10n.t('{0} (running)', name) : name);
    });
    const before = [...this.choice.options].map(({ value, text }) => [value, text]).join('\n');
    if (before !== names.map(({ value, text }) => [value, text]).join('\n')) this.choice.replaceChildren(...names);
    this.shown = shown?.id ?? null;
    this.choice.value = this.shown ?? '';
    this.choosing.hidden = trainings.length === 0;
    this.train.classList.toggle('secondary', trainings.length > 0);
    const runs = state.running !== null;
    this.stop.hidden = !runs;
    this.stop.disabled = state.stopping;
    this.resume.hidden = runs || !state.canResume;
    this.keeping.hidden = runs || !state.canTrain || shown === undefined;
    this.train.hidden = runs || !state.canTrain;
    if (this.minutes.value === '') this.minutes.value = String(state.minutes);
  }

  private askToKeep(send: (message: FromDashboard) => void): void {
    if (this.shown === null || !this.minutes.reportValidity()) return;
    send({ type: 'keep', id: this.shown, minutes: Number(this.minutes.value) });
  }
}
