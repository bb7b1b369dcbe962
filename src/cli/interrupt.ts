import { exitCodes } from './run';

/** A second Ctrl+C this soon is the same one, passed on by a parent process such as npm. */
const sameKeyMilliseconds = 500;

export interface Interrupt {
  /** Aborted by the first Ctrl+C (or SIGTERM). */
  readonly signal: AbortSignal;
  /** Gives Ctrl+C its usual meaning back. */
  dispose(): void;
}

/**
 * Turns the first Ctrl+C into an abort signal, so that a command can save and leave; the second ends the process at
 * once.
 *
 * @param onFirst called at the first.
 */
export function catchInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  let first: number | null = null;
  const handle = () => {
    if (first === null) {
      first = performance.now();
      controller.abort();
      onFirst();
    } else if (performance.now() - first > sameKeyMilliseconds) {
      process.exit(exitCodes.interrupted);
    }
  };
  process.on('SIGINT', handle).on('SIGTERM', handle);
  return {
    signal: controller.signal,
    dispose: () => void process.off('SIGINT', handle).off('SIGTERM', handle),
  };
}
