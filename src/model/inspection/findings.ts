import type { Detector, DetectorScores } from './cellScores';
import type { BinaryProperty, NumericProperty } from './properties/properties';

/** A cell that tells where a property holds. */
export interface FoundDetector extends Detector, DetectorScores {
  readonly cell: number;
}

/** A cell that goes up, or down, with a number. */
export interface FoundGauge {
  readonly cell: number;
  /** Pearson's, on text that was not used to choose the cell. */
  readonly correlation: number;
}

export type Finding =
  | {
      readonly kind: 'binary';
      readonly property: BinaryProperty;
      /** How many characters have it, and in how many places. */
      readonly characters: number;
      readonly places: number;
      /** The best first; none where the property is too rare in the text to tell. */
      readonly cells: readonly FoundDetector[];
    }
  | { readonly kind: 'numeric'; readonly property: NumericProperty; readonly cells: readonly FoundGauge[] };

/**
 * How often the gates of one kind in one layer are as good as shut (left-saturated, below 0.1) or wide open
 * (right-saturated, above 0.9), as in Karpathy, Johnson and Fei-Fei, "Visualizing and Understanding Recurrent
 * Networks" (2015). A unit whose forget gate is nearly always open remembers for long; one whose output gate is nearly
 * always shut hides what it remembers.
 */
export interface GateSaturation {
  readonly layer: number;
  readonly gate: string;
  /** [H]: the share of characters at which the unit's gate is below 0.1. */
  readonly left: Float32Array;
  /** [H]: above 0.9. */
  readonly right: Float32Array;
}
