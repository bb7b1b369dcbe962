import type { DashboardState } from '../../../src/extension/views/dashboard/messages';
import { formatCompact, formatCount, formatDuration } from '../../../src/model/format';
import type { ModelConfiguration } from '../../../src/model/lstm/configuration';
import { modelName } from '../../../src/model/lstm/modelName';
import { bestOf } from '../../../src/model/training/log/story';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import type { Training } from './trainings';

/** Such as "LSTM 2 × 256"; empty before it is known. */
export function modelOf({ story }: Training): string {
  const settings = story.starts[0]?.settings;
  if (settings === undefined) return '';
  // The settings of a training begin with what its model is.
  return modelName(settings as unknown as ModelConfiguration);
}

/** Where a training stands, in numbers: pairs of what it is and how much. */
export function factsOf(training: Training, state: DashboardState): [name: string, value: string][] {
  const { id, story } = training;
  const runs = state.running === id;
  const now = runs ? state.now : null;
  const [first, last, start] = [story.starts[0], story.steps.at(-1), story.starts.at(-1)];
  const [measured, best] = [story.validations.at(-1), bestOf(story)];
  const bits = (value: number) => l10n.t('{0} bits per character', value.toFixed(3));
  const step = now?.step ?? last?.step;
  const totalSteps = now?.totalSteps ?? last?.totalSteps ?? 0;
  const facts: [string, string | undefined][] = [
    [l10n.t('Model'), modelOf(training)],
    [l10n.t('Parameters'), first && formatCount(first.parameters)],
    [l10n.t('Device'), (runs && state.device) || start?.device],
    [l10n.t('Training loss'), last && bits(now?.bitsPerCharacter ?? last.bitsPerCharacter)],
    [l10n.t('Validation loss'), measured && bits(measured.bitsPerCharacter)],
    [l10n.t('Best'), best ? l10n.t('{0} at step {1}', bits(best.bitsPerCharacter), formatCount(best.step)) : undefined],
    [
      l10n.t('Steps'),
      step === undefined
        ? undefined
        : totalSteps > 0
          ? l10n.t('{0} of {1}', formatCount(step), formatCount(totalSteps))
          : formatCount(step),
    ],
    [l10n.t('Characters seen'), last && formatCompact(last.characters)],
    [
      l10n.t('Speed'),
      last && l10n.t('{0} characters/s', formatCompact(now?.charactersPerSecond ?? last.charactersPerSecond)),
    ],
    [l10n.t('Time so far'), last && formatDuration(last.seconds)],
    [l10n.t('Time left'), now === null ? undefined : formatDuration(now.secondsLeft)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
}

/** Shows pairs of a name and a value, and keeps the elements of those that stay. */
export function showFacts(list: HTMLElement, facts: readonly (readonly [name: string, value: string])[]): void {
  const names = [...list.querySelectorAll('dt')].map(({ textContent }) => textContent);
  if (names.join('\n') !== facts.map(([name]) => name).join('\n')) {
    list.replaceChildren(
      ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    );
    return;
  }
  for (const [i, value] of [...list.querySelectorAll('dd')].entries()) value.textContent = facts[i]![1];
}
