import type { Position } from '../../../src/model/training/log/entries';
import { bestOf, type TrainingStory } from '../../../src/model/training/log/story';

// What the plots show, without the plotting.

/** What the horizontal axis counts. */
export type Progress = 'characters' | 'seconds';

/** A line of a plot: points from left to right. */
export interface Curve {
  readonly name: string;
  /** A colour of the theme, see `themeColor`. */
  readonly color: string;
  /** A line that is there for comparison. */
  readonly faint?: boolean;
  /** Whether each point is a measurement, to be seen as one. */
  readonly points?: boolean;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** A moment to point out: a line from top to bottom, and a ring around a point of a curve. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

/** A training that the shown one is compared with. */
export interface Earlier {
  readonly name: string;
  readonly story: TrainingStory;
}

const earlierColors = ['charts-purple', 'charts-red', 'charts-yellow', 'charts-foreground'];

/** The loss of a training over its progress, and those of others under it. */
export function lossCurves(
  story: TrainingStory,
  earlier: readonly Earlier[],
  progress: Progress,
  names: { readonly training: string; readonly validation: string },
): Curve[] {
  const others = earlier.map(({ name, story }, i): Curve => {
    // A text without a validation split has none to compare by.
    const points: readonly Measured[] = story.validations.length > 0 ? story.validations : story.steps;
    const color = earlierColors[i % earlierColors.length]!;
    return { name, color, faint: true, ...along(points, progress, bits) };
  });
  const training = along(story.steps, progress, bits);
  const validation = along(story.validations, progress, bits);
  return [
    ...others,
    { name: names.training, color: 'charts-blue', ...training },
    { name: names.validation, color: 'charts-orange', points: true, ...validation },
  ];
}

/** Where the model that is kept was measured. */
export function bestMark(story: TrainingStory, progress: Progress): Mark | null {
  const best = bestOf(story);
  return best && { x: best[progress], y: best.bitsPerCharacter, color: 'charts-green' };
}

/** One of the numbers that are told with each step. */
export function stepCurve(
  story: TrainingStory,
  value: 'learningRate' | 'gradientNorm' | 'charactersPerSecond',
  progress: Progress,
  name: string,
): Curve {
  return { name, color: 'charts-blue', ...along(story.steps, progress, (entry) => entry[value]) };
}

interface Measured extends Position {
  readonly bitsPerCharacter: number;
}

function bits({ bitsPerCharacter }: Measured): number {
  return bitsPerCharacter;
}

function along<E extends Position>(entries: readonly E[], progress: Progress, value: (entry: E) => number) {
  return { xs: entries.map((entry) => entry[progress]), ys: entries.map(value) };
}
