import type { SampledText } from './log/entries';

/** The moments at which the essay shows what its model writes (Karpathy 2015, "The evolution of samples"). */
export const essaySteps: readonly number[] = [100, 300, 500, 700, 1200, 2000];

/** Tame, in between, as the model learned. */
export const sampleTemperatures = [0.3, 0.7, 1] as const;

/** The text to show where there is room for one. */
export function shownSample(texts: readonly SampledText[]): SampledText {
  return texts.find(({ temperature }) => temperature === sampleTemperatures[1]) ?? texts[0]!;
}
