import type { OptimizerSettings } from '../../backend';
import type { SharedArrays } from './sharedMemory';

/** A range of the parameters that one replica updates for all. */
export interface Shard {
  readonly start: number;
  readonly end: number;
}

/**
 * Adds up the replicas' gradients of a shard into the first replica's, clipping the sums by value.
 *
 * @returns the sum of squares before and after clipping.
 */
export function reduceGradients(
  shared: SharedArrays,
  { start, end }: Shard,
  replicas: number,
  clipValue: number,
): { squares: number; clippedSquares: number } {
  const { gradients } = shared;
  const P = shared.weights.length;
  for (let replica = 1; replica < replicas; replica++) add(gradients, replica * P, start, end);
  const squares = sumOfSquares(gradients, start, end);
  // Nothing in a vector is larger than its norm, so that most steps need not look.
  if (clipValue === 0 || Math.sqrt(squares) <= clipValue) return { squares, clippedSquares: squares };
  clip(gradients, clipValue, start, end);
  return { squares, clippedSquares: sumOfSquares(gradients, start, end) };
}

// Short loops that do one thing each: V8 makes faster code for them than for one that does all.

/** Adds to the values from `start` to `end` those that lie `distance` further on. */
function add(values: Float32Array, distance: number, start: number, end: number): void {
  for (let i = start; i < end; i++) values[i]! += values[distance + i]!;
}

function sumOfSquares(values: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i]! * values[i]!;
  return sum;
}

function clip(values: Float32Array, most: number, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (value > most) values[i] = most;
    else if (value < -most) values[i] = -most;
  }
}

/** One update of a shard of the weights from gradients that are added up, clipped by value and multiplied by `scale`. */
export function updateShard(
  shared: SharedArrays,
  shard: Shard,
  settings: OptimizerSettings,
  { learningRate, step, scale }: { learningRate: number; step: number; scale: number },
): void {
  if (settings.optimizer === 'adam') adam(shared, shard, settings, learningRate, step, scale);
  else rmsprop(shared, shard, settings, learningRate, scale);
}

/**
 * Adam (Kingma and Ba 2015), `step` counted from 1. Both bias corrections are folded into the two scalars `rate` and
 * `epsilon`, which leaves one fused pass over four arrays.
 */
function adam(
  { weights, mean, meanSquare, gradients }: SharedArrays,
  { start, end }: Shard,
  settings: OptimizerSettings,
  learningRate: number,
  step: number,
  scale: number,
): void {
  const { beta1, beta2 } = settings;
  const correction = Math.sqrt(1 - beta2 ** step);
  const rate = (learningRate * correction) / (1 - beta1 ** step);
  const epsilon = settings.epsilon * correction;
  for (let i = start; i < end; i++) {
    const g = gradients[i]! * scale;
    const m = beta1 * mean[i]! + (1 - beta1) * g;
    const v = beta2 * meanSquare[i]! + (1 - beta2) * g * g;
    mean[i] = m;
    meanSquare[i] = v;
    weights[i]! -= (rate * m) / (Math.sqrt(v) + epsilon);
  }
}

/** RMSprop (Tieleman and Hinton 2012) as char-rnn uses it: no momentum, epsilon outside the root. */
function rmsprop(
  { weights, meanSquare, gradients }: SharedArrays,
  { start, end }: Shard,
  { beta2, epsilon }: OptimizerSettings,
  learningRate: number,
  scale: number,
): void {
  for (let i = start; i < end; i++) {
    const g = gradients[i]! * scale;
    const v = beta2 * meanSquare[i]! + (1 - beta2) * g * g;
    meanSquare[i] = v;
    weights[i]! -= (learningRate * g) / (Math.sqrt(v) + epsilon);
  }
}
