import type { CellType } from '../../model/lstm/configuration';
import type { TrainingHistory, ValidationPoint } from '../../model/training/history';

export interface TrainOptions {
  source: string;
  out: string;
  minutes?: number;
  epochs?: number;
  cellType?: CellType;
  hiddenSize?: number;
  numLayers?: number;
  sequenceLength?: number;
  batchSize?: number;
  dropout?: number;
  learningRate?: number;
  learningRateDecay?: number;
  learningRateDecayAfter?: number;
  optimizer?: 'adam' | 'rmsprop';
  decayRate?: number;
  clipValue?: number;
  clipNorm?: number;
  schedule?: 'cosine' | 'charRnn' | 'constant';
  warmupSteps?: number;
  seed?: number;
  backend?: 'auto' | 'onnx' | 'webgpu' | 'tensorflow';
  initFrom?: string;
  resume?: boolean;
  validationEvery?: number;
  sampleAt?: number[];
  earlyStopping?: boolean;
  trainFraction?: number;
  validationFraction?: number;
  include?: string[];
  exclude?: string[];
  threads?: number;
}

export type TrainEvent =
  | {
      type: 'corpus';
      report: unknown;
      characters: Record<'train' | 'validation' | 'test', number>;
      vocabularySize: number;
    }
  | {
      type: 'start';
      device: string;
      backend: string;
      settings: Record<string, string | number | boolean | null>;
      parameters: number;
      resumedAtStep: number | null;
    }
  | {
      type: 'step';
      step: number;
      totalSteps: number;
      epoch: number;
      loss: number;
      bitsPerCharacter: number;
      gradientNorm: number;
      learningRate: number;
      charactersPerSecond: number;
      secondsElapsed: number;
      secondsLeft: number;
      millisecondsPerStep: number;
    }
  | { type: 'validation'; step: number; loss: number; bitsPerCharacter: number; best: boolean }
  | { type: 'sample'; step: number; temperature: number; text: string }
  | { type: 'checkpoint'; step: number; path: string }
  | { type: 'notice'; message: string }
  | EndEvent;

export type StepEvent = Extract<TrainEvent, { type: 'step' }>;

export interface EndEvent {
  type: 'end';
  reason: 'finished' | 'stopped' | 'earlyStopping';
  step: number;
  best: ValidationPoint | null;
  history: TrainingHistory;
}

export type Train = (
  options: TrainOptions,
  handlers: { onEvent(event: TrainEvent): void; signal?: AbortSignal },
) => Promise<EndEvent>;
