import type { ModelComparison } from '../../../model/evaluation/comparisonResult';
import type { LogEntry } from '../../../model/training/log/entries';

// What the dashboard and its page say to each other.

/** A training of this workspace. */
export interface DashboardTraining {
  /** The name of its folder, which sorts by age. */
  readonly id: string;
  /** For people: when it began. */
  readonly name: string;
  readonly log: readonly LogEntry[];
  /** With n-gram models; null if it was not compared yet. */
  readonly comparison: ModelComparison | null;
}

/** What is going on at the moment, and what a person can do about it. */
export interface DashboardState {
  /** The training that runs, null if none does. */
  readonly running: string | null;
  /** A sentence about it. */
  readonly detail: string;
  /** 0 to 1. */
  readonly share: number;
  readonly device: string;
  readonly stopping: boolean;
  /** Of the last step, null before the first. */
  readonly now: {
    readonly step: number;
    readonly totalSteps: number;
    readonly bitsPerCharacter: number;
    readonly charactersPerSecond: number;
    readonly secondsLeft: number;
  } | null;
  /** A training was stopped or interrupted and can go on with the time that it had left. */
  readonly canResume: boolean;
  readonly canTrain: boolean;
  /** A comparison with n-grams is being made. */
  readonly comparing: boolean;
  /** Minutes that the settings suggest. */
  readonly minutes: number;
}

/** To the page. */
export type ToDashboard =
  /** All trainings, the newest first. */
  | { readonly type: 'trainings'; readonly trainings: readonly DashboardTraining[] }
  /** The log of a training has one more entry. */
  | { readonly type: 'entry'; readonly id: string; readonly entry: LogEntry }
  | { readonly type: 'state'; readonly state: DashboardState };

/** From the page. */
export type FromDashboard =
  | { readonly type: 'stop' | 'resume' | 'train' }
  | { readonly type: 'compare'; readonly id: string }
  /** Goes on with a training for some minutes more. */
  | { readonly type: 'keep'; readonly id: string; readonly minutes: number };
