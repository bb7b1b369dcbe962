import { MultiBar, type SingleBar } from 'cli-progress';
import { formatCompact, formatDuration } from '../format';
import { describeEvent, type StepEvent, type TrainingView } from './view';

/** Shows a training in a terminal: what happens scrolls by above a bar that stays at the bottom. */
export function progressBar(stream: NodeJS.WriteStream): TrainingView {
  const bars = new MultiBar({
    stream,
    hideCursor: true,
    // Lines printed above the bar may be longer than the terminal is wide.
    linewrap: true,
    // Ctrl+C is the command's, which closes this view.
    gracefulExit: false,
    clearOnComplete: true,
    format: (_options, _parameters, event: StepEvent) => barLine(event, stream.columns ?? 80),
  });
  let bar: SingleBar | null = null;
  const print = (text: string) => {
    // MultiBar draws what is logged at its next update, and only while it has a bar.
    if (bar === null) stream.write(`${text}\n`);
    else bars.log(`${text}\n`);
  };
  const close = () => {
    process.off('exit', close);
    if (bar === null) return;
    bars.update();
    bars.stop();
    bar = null;
  };
  // However the process ends, the cursor comes back.
  process.on('exit', close);
  return {
    show(event) {
      if (event.type !== 'step') for (const line of describeEvent(event)) print(line);
      else if (bar === null) bar = bars.create(event.totalSteps, event.step, event);
      else bar.update(event.step, event);
    },
    close,
  };
}

/** The bar and its numbers in one line of at most `columns`; numbers that don't fit are left out from the right. */
export function barLine(event: StepEvent, columns: number): string {
  const progress = event.totalSteps > 0 ? event.step / event.totalSteps : 0;
  const parts = [
    `${String(Math.floor(100 * progress)).padStart(3)} %`,
    `${event.bitsPerCharacter.toFixed(3)} bits`,
    `${formatDuration(event.secondsLeft)} left`,
    `loss ${event.loss.toFixed(3)}`,
    `${formatCompact(event.charactersPerSecond)} characters/s`,
  ];
  const shortestBar = 8;
  const text = (count: number) => parts.slice(0, count).join('  ');
  let count = parts.length;
  while (count > 1 && text(count).length + shortestBar + 3 > columns) count--;
  const size = Math.max(0, Math.min(30, columns - text(count).length - 3));
  const full = Math.round(progress * size);
  return `${'█'.repeat(full)}${'░'.repeat(size - full)} ${text(count)}`;
}
