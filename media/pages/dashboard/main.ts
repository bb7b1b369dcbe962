import '../shared/base.css';
import './dashboard.css';
import type { DashboardState, FromDashboard, ToDashboard } from '../../../src/extension/views/dashboard/messages';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import { openPage } from '../shared/page';
import { ComparisonSection } from './comparison';
import { Controls } from './controls';
import { Evolution } from './evolution';
import { factsOf, modelOf, showFacts } from './facts';
import { type PlotState, Plots } from './plots';
import { type Training, Trainings } from './trainings';

/** What a person has chosen; it outlives the page. */
interface PageState extends PlotState {
  /** The training that is shown; null for the newest. */
  readonly training: string | null;
  /** The moment whose samples are shown; null for the newest. */
  readonly step: number | null;
}

const initial: PageState = {
  ...{ progress: 'characters', logarithmicLoss: false, logarithmicProgress: false, compare: true },
  ...{ training: null, step: null },
};

const trainings = new Trainings();
let state: DashboardState | null = null;
/** The training that is in the picture. */
let shown: Training | undefined;
let waiting = false;

const page = openPage<ToDashboard, FromDashboard, PageState>(initial, (message) => {
  if (message.type === 'state') state = message.state;
  else if (message.type === 'trainings') trainings.replace(message.trainings);
  else trainings.add(message.id, message.entry);
  redraw();
});

const status = element('p', { role: 'status' });
const bar = element('progress', { max: 1, 'aria-label': l10n.t('Share of the training that is done') });
const facts = element('dl', { class: 'facts' });
const controls = new Controls(page.send, (training) => {
  change({ training: trainings.choiceOf(training), step: null });
});
const plots = new Plots((changed) => change(changed));
const evolution = new Evolution((step) => page.remember({ step }));
const comparison = new ComparisonSection(() => {
  if (shown !== undefined) page.send({ type: 'compare', id: shown.id });
});
const details = element('div', {}, facts, plots.element, evolution.element, comparison.element);

document.body.append(
  element(
    'main',
    { class: 'dashboard' },
    element('h1', {}, l10n.t('Training')),
    controls.element,
    status,
    bar,
    details,
  ),
);

function change(changed: Partial<PageState>): void {
  page.remember(changed);
  redraw();
}

/** Draws once for all that has come in before the next picture. */
function redraw(): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw();
  });
}

function draw(): void {
  if (state === null) return;
  const all = trainings.all;
  shown = trainings.chosen(page.state.training);
  controls.show(all, shown, state);
  bar.hidden = state.running === null;
  bar.value = state.share;
  const isEmpty = shown === undefined || shown.story.steps.length === 0;
  details.hidden = isEmpty;
  status.textContent = sentence(state, shown === undefined);
  if (shown === undefined || isEmpty) return;
  showFacts(facts, factsOf(shown, state));
  const { id: shownId } = shown;
  const earlier = all.filter(({ id, story }) => id !== shownId && story.steps.length > 0);
  plots.show(shown, earlier, page.state);
  evolution.show(shown.story.samples, page.state.step);
  const canCompare = state.canTrain && state.running !== shown.id && !state.comparing;
  comparison.show(modelOf(shown), shown.comparison, canCompare);
}

/** What goes on, in a sentence; of a training in full swing the numbers say it, and a screen reader need not. */
function sentence({ running, now, stopping, detail }: DashboardState, isFirst: boolean): string {
  if (running !== null) return now === null || stopping ? detail : l10n.t('The training is running.');
  return isFirst
    ? l10n.t('Nothing was trained in this workspace yet.')
    : l10n.t('Nothing is being trained at the moment.');
}
