/** A measurement on the validation split. */
export interface ValidationPoint {
  readonly step: number;
  /** Characters trained on so far. */
  readonly characters: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Mean cross-entropy per character in nats. */
  readonly loss: number;
}

/** How a model came to be; stored inside its file. */
export interface TrainingHistory {
  /** The training settings as plain JSON, defaults filled in. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  readonly backend: string;
  readonly device: string;
  readonly step: number;
  readonly characters: number;
  readonly seconds: number;
  readonly validation: readonly ValidationPoint[];
  /** The validation point that the stored weights belong to. */
  readonly best: ValidationPoint | null;
}

/** Cross-entropy in bits per character from nats. */
export function bitsFromNats(nats: number): number {
  return nats / Math.LN2;
}
