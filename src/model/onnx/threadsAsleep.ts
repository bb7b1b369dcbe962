import { setTimeout } from 'node:timers/promises';

/** Milliseconds after which ONNX Runtime's threads, and PyTorch's, have given up looking for more work. */
const spinning = 100;

/**
 * To be awaited before a time is taken: the threads of whoever computed last look for more work for a while before they
 * sleep, on the cores that the next one wants.
 */
export async function threadsAsleep(): Promise<void> {
  await setTimeout(spinning);
}
