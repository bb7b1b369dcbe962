import type { Progress } from './checkpoint';
import type { ValidationPoint } from './history';

/** Measurements without a better one after which early stopping gives up. */
const patience = 10;

/** The validation losses of a training so far, and whether they still fall. */
export class Validations {
  /** Oldest first. */
  readonly points: ValidationPoint[];
  /** The one with the lowest loss. */
  best: ValidationPoint | null;
  /** Measurements since the best one. */
  withoutImprovement: number;

  /** @param progress of the training that goes on, if one does. */
  constructor(progress: Pick<Progress, 'validation' | 'best' | 'withoutImprovement'> | null) {
    this.points = [...(progress?.validation ?? [])];
    this.best = progress?.best ?? null;
    this.withoutImprovement = progress?.withoutImprovement ?? 0;
  }

  /** @returns whether it is the best so far. */
  add(point: ValidationPoint): boolean {
    this.points.push(point);
    const isBest = point.loss < (this.best?.loss ?? Number.POSITIVE_INFINITY);
    this.withoutImprovement = isBest ? 0 : this.withoutImprovement + 1;
    if (isBest) this.best = point;
    return isBest;
  }

  /** Whether the loss has stopped falling. */
  get stagnates(): boolean {
    return this.withoutImprovement >= patience;
  }
}
