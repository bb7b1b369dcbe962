import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelConfiguration } from '../lstm/configuration';
import { parameterCount } from '../lstm/weights';

/** Below about this many parameters, threads wait for each other longer than they work. */
const fewParameters = 1_000_000;
const mostThreads = 4;

/** Threads that a model of this size makes good use of when it reads or writes one text. */
export function defaultThreads(configuration: ModelConfiguration): number {
  return parameterCount(configuration) < fewParameters ? 1 : Math.min(mostThreads, availableParallelism());
}

export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return { intraOpNumThreads: threads, logSeverityLevel: 3 };
}

/**
 * For graphs of many small operators a character: taking memory for their results from the system is up to a tenth
 * faster than from ONNX Runtime's own arena.
 */
export function smallOperatorOptions(threads: number): InferenceSession.SessionOptions {
  return { ...sessionOptions(threads), enableCpuMemArena: false, enableMemPattern: false };
}
