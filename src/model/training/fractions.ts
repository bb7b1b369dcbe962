import type { Fractions } from '../corpus/split';
import type { TrainingHistory } from './history';

/** The shares of the splits as a training had them, where they are known. */
export function fractionsOf(history: TrainingHistory | null): Fractions | null {
  const { trainFraction: train, validationFraction: validation } = history?.settings ?? {};
  if (typeof train !== 'number' || typeof validation !== 'number') return null;
  return { train, validation, test: Math.max(0, 1 - train - validation) };
}
