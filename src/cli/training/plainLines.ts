import { formatCount, formatDuration } from '../format';
import { describeEvent, type StepEvent, type TrainingView } from './view';

/** How often a line is printed when --print-every does not say. */
const secondsBetweenLines = 5;

/** Prints a training as lines that a log file keeps well. */
export function plainLines(line: (text: string) => void, printEvery: number | undefined): TrainingView {
  let nextLine = 0;
  const isDue = ({ step, totalSteps, secondsElapsed }: StepEvent) => {
    if (step === totalSteps) return true;
    if (printEvery !== undefined) return step % printEvery === 0;
    if (secondsElapsed < nextLine) return false;
    nextLine = secondsElapsed + secondsBetweenLines;
    return true;
  };
  return {
    show(event) {
      if (event.type !== 'step') for (const text of describeEvent(event)) line(text);
      else if (isDue(event)) line(describeStep(event));
    },
    close() {},
  };
}

function describeStep(event: StepEvent): string {
  const total = event.totalSteps > 0 ? `/${formatCount(event.totalSteps)}` : '';
  return [
    `step ${formatCount(event.step)}${total}`,
    `epoch ${event.epoch.toFixed(2)}`,
    `loss ${event.loss.toFixed(3)} nats`,
    `${event.bitsPerCharacter.toFixed(3)} bits/character`,
    `gradient norm ${event.gradientNorm.toPrecision(3)}`,
    `learning rate ${event.learningRate.toPrecision(3)}`,
    `${event.millisecondsPerStep.toFixed(1)} ms/step`,
    `${formatCount(event.charactersPerSecond)} characters/s`,
    `${formatDuration(event.secondsLeft)} left`,
  ].join(', ');
}
