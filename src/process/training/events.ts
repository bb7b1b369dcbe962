import type { TrainEvent } from '../../model/training/options';

/** Milliseconds between steps that are told of. */
const interval = 100;

/** Passes all events on, of the steps only as many as a person can follow. */
export function throttleSteps(
  send: (event: TrainEvent) => void,
  now: () => number = () => performance.now(),
): (event: TrainEvent) => void {
  let last = Number.NEGATIVE_INFINITY;
  let skipped: TrainEvent | null = null;
  return (event) => {
    if (event.type === 'step') {
      if (now() - last < interval) {
        skipped = event;
        return;
      }
      last = now();
    } else if (event.type === 'log') {
      // It says itself where it belongs.
      send(event);
      return;
    } else if (skipped !== null) {
      // What comes next is told together with the step that it belongs to.
      send(skipped);
    }
    skipped = null;
    send(event);
  };
}
