import type { OptimizerSettings } from '../../backend';
import type { Handle } from './binding';
import type { Operators } from './operators';

/**
 * Clips gradients as `clipGradients` does: each element, then the norm of all of them.
 *
 * @returns the gradients after clipping, and the norm before it, a scalar.
 */
export function clip(
  run: Operators,
  gradients: readonly Handle[],
  { clipValue, clipNorm }: Pick<OptimizerSettings, 'clipValue' | 'clipNorm'>,
): { gradients: readonly Handle[]; norm: Handle } {
  const norm = normOf(run, gradients);
  const inRange = clipValue > 0 ? clipElements(run, gradients, clipValue) : gradients;
  if (clipNorm === 0) return { gradients: inRange, norm };
  const limit = run.scalar(clipNorm);
  const normInRange = clipValue > 0 ? normOf(run, inRange) : norm;
  const scale = run.divide(limit, run.maximum(normInRange, limit));
  return { gradients: inRange.map((gradient) => run.multiply(gradient, scale)), norm };
}

function clipElements(run: Operators, gradients: readonly Handle[], limit: number): Handle[] {
  const [low, high] = [run.scalar(-limit), run.scalar(limit)];
  return gradients.map((gradient) => run.clip(gradient, low, high));
}

function normOf(run: Operators, gradients: readonly Handle[]): Handle {
  const halves = run.sumOf(gradients.map((gradient) => run.halfSquares(gradient)));
  return run.squareRoot(run.multiply(halves, run.scalar(2)));
}
