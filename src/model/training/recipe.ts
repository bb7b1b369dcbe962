import type { TrainOptions } from './options';

/** Settings of a training that the recipe chooses when the person does not. */
export interface Recipe {
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly sequenceLength: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly dropout: number;
}

export const defaultMinutes = 10;

/**
 * Cell size, batch and learning rate for the time at hand. A larger model learns more from each character and reads
 * fewer in the same time, so the best size grows with the budget. Small batches take more steps through the same
 * text, which early in training is worth more than their slower matrix products. The figures behind the table are in
 * BENCHMARKS.md ("The recipe").
 *
 * @param trainCharacters the length of the training split.
 */
export function chooseRecipe(options: TrainOptions, trainCharacters: number): Recipe {
  const minutes = options.minutes ?? defaultMinutes;
  const bySize = options.epochs !== undefined ? sizeForText(trainCharacters) : sizeForTime(minutes);
  const hiddenSize = options.hiddenSize ?? bySize;
  return {
    hiddenSize,
    numLayers: options.numLayers ?? 2,
    sequenceLength: options.sequenceLength ?? 50,
    batchSize: options.batchSize ?? 32,
    learningRate: options.learningRate ?? learningRateFor(hiddenSize),
    dropout: options.dropout ?? 0,
  };
}

function sizeForTime(minutes: number): number {
  if (minutes <= 3) return 128;
  if (minutes <= 12) return 256;
  return 512;
}

function sizeForText(characters: number): number {
  if (characters < 2e6) return 128;
  return characters < 2e7 ? 256 : 512;
}

/** Wider layers want smaller steps: the rate falls with the square root of the width. */
function learningRateFor(hiddenSize: number): number {
  return 0.01 * Math.sqrt(128 / Math.max(64, hiddenSize));
}
