import { formatReport } from '../../model/corpus/report';
import { bitsFromNats } from '../../model/training/history';
import type { TrainEvent } from '../../model/training/options';
import { shownSample } from '../../model/training/sampleMoments';
import { formatCount, formatDuration, framed } from '../format';

export type StepEvent = Extract<TrainEvent, { type: 'step' }>;

/** Shows a training to a person while it runs. */
export interface TrainingView {
  show(event: TrainEvent): void;
  /** Gives the terminal back. */
  close(): void;
}

/** An event as lines of text; the same words in a terminal and in a log. Steps are each view's own. */
export function describeEvent(event: Exclude<TrainEvent, { type: 'step' }>): string[] {
  switch (event.type) {
    case 'corpus':
      return [...formatReport(event.report).split('\n'), ''];
    case 'start':
      return describeStart(event);
    case 'validation': {
      const best = event.best ? ', the best so far' : '';
      const bits = `${event.bitsPerCharacter.toFixed(3)} bits per character`;
      return [`Validation at step ${formatCount(event.step)}: ${bits} (${event.loss.toFixed(3)} nats)${best}`];
    }
    case 'sample': {
      const { text, temperature } = shownSample(event.texts);
      const head = `Sample at step ${formatCount(event.step)}, temperature ${temperature}:`;
      return ['', head, ...framed(text), ''];
    }
    case 'checkpoint':
    case 'log':
      return [];
    case 'notice':
      return [event.message];
    case 'end':
      return describeEnd(event);
  }
}

function describeStart(event: Extract<TrainEvent, { type: 'start' }>): string[] {
  const { cellType, numLayers, hiddenSize, initFrom } = event.settings;
  const model = `${String(cellType).toUpperCase()} ${numLayers} × ${hiddenSize}, ${formatCount(event.parameters)} parameters`;
  const lines = [`${model}; ${event.device} (${event.backend}).`];
  if (event.resumedAtStep === null && initFrom) lines.push(`It starts from the model ${initFrom}.`);
  if (event.resumedAtStep !== null) lines.push(`Going on from step ${formatCount(event.resumedAtStep)}.`);
  return lines;
}

function describeEnd({ reason, best, history }: Extract<TrainEvent, { type: 'end' }>): string[] {
  const why = { finished: 'Finished', stopped: 'Stopped', earlyStopping: 'Stopped early: no longer improving' }[reason];
  const length = `${formatCount(history.step)} steps in ${formatDuration(history.seconds)}`;
  if (best === null) return [`${why} after ${length}.`];
  const bits = `${bitsFromNats(best.loss).toFixed(3)} bits per character`;
  return [`${why} after ${length}. Best validation: ${bits} at step ${formatCount(best.step)}.`];
}
