import type { SampleCheck } from '../../novelty/sampleCheck';

// The story of a training, a line of JSON an entry. Types alone, so that a page of a webview can have them too.

/** Where a training stands: on the axes of a plot. */
export interface Position {
  /** Steps taken. */
  readonly step: number;
  /** Characters trained on. */
  readonly characters: number;
  /** Seconds of training, those before a resume included. */
  readonly seconds: number;
}

/** A training began, or went on. */
export interface StartEntry extends Position {
  readonly type: 'start';
  readonly version: 1;
  /** When, in milliseconds since 1970. */
  readonly time: number;
  readonly backend: string;
  /** For people, such as "CPU, 2 threads". */
  readonly device: string;
  readonly parameters: number;
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
}

/** One step, or several in a row, of which it has the means; it stands where the last of them ended. */
export interface StepsEntry extends Position {
  readonly type: 'steps';
  /** How many. */
  readonly count: number;
  /** Of training, with dropout. */
  readonly bitsPerCharacter: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly charactersPerSecond: number;
  /** 0 until a time budget has been turned into steps. */
  readonly totalSteps: number;
  readonly secondsLeft: number;
}

export interface ValidationEntry extends Position {
  readonly type: 'validation';
  readonly bitsPerCharacter: number;
  /** Whether no earlier one was better: the model of that moment is kept. */
  readonly best: boolean;
}

/** What the model wrote at a moment: always from the beginning of a document, with the same random numbers. */
export interface SampleEntry extends Position {
  readonly type: 'sample';
  /** From the tamest to the wildest. */
  readonly texts: readonly SampledText[];
}

export interface SampledText {
  readonly temperature: number;
  readonly text: string;
  readonly check: SampleCheck;
}

/** Something to know, such as that the training went back to its last good state. */
export interface NoticeEntry extends Position {
  readonly type: 'notice';
  readonly message: string;
}

export interface EndEntry extends Position {
  readonly type: 'end';
  readonly reason: 'finished' | 'stopped' | 'earlyStopping';
}

export type LogEntry = StartEntry | StepsEntry | ValidationEntry | SampleEntry | NoticeEntry | EndEntry;
