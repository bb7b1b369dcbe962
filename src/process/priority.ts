import { constants, setPriority } from 'node:os';

/** Lets everything else on the machine go first: an editor must not stutter because a training runs. */
export function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // A system that forbids it trains at the usual priority.
  }
}
