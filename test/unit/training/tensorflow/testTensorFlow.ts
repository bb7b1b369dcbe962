import type { TestContext } from 'vitest';
import type { Binding } from '../../../../src/model/training/backends/tensorflow/binding';
import { loadTensorFlow } from '../../../../src/model/training/backends/tensorflow/loader';

let loaded: Binding | Error | null = null;

/** TensorFlow for tests, loaded once in a process; on the CPU where there is no GPU. */
export function openTensorFlow(): Binding {
  try {
    loaded ??= loadTensorFlow({ cpu: true });
  } catch (error) {
    loaded = error as Error;
  }
  if (loaded instanceof Error) throw loaded;
  return loaded;
}

/** Skips a test where TensorFlow is not installed; `unreasonable tensorflow setup` installs it. */
export function skipWithoutTensorFlow(context: TestContext): void {
  try {
    openTensorFlow();
  } catch {
    context.skip('needs TensorFlow: run unreasonable tensorflow setup, or set UNREASONABLE_TENSORFLOW_PATH');
  }
}
