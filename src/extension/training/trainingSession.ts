import * as vscode from 'vscode';
import type { LogEntry } from '../../model/training/log/entries';
import type { TrainEvent } from '../../model/training/options';
import { shownSample } from '../../model/training/sampleMoments';
import type { ModelProcess } from '../../process/client';
import { type TrainParams, type TrainResult, train, trainEvent } from '../../process/protocol';
import { commandId } from '../commands';
import { describeStep, type StepEvent, sampleLine, shareDone } from './progressText';

/** What a running training shows in the status bar. */
export interface TrainingStatus {
  /** 0 to 1. */
  readonly share: number;
  readonly detail: string;
  /** For people, such as "CPU, 2 threads"; empty before the first step. */
  readonly device: string;
  /** The last step, null before the first. */
  readonly step: StepEvent | null;
  readonly stopping: boolean;
}

/** Who wants to know how a training goes. */
export interface TrainingSessionHandlers {
  onStatus(status: TrainingStatus): void;
  onEntry(entry: LogEntry): void;
}

/** One training in its process, with its progress notification; Cancel there stops it as Stop Training does. */
export class TrainingSession {
  private readonly stopping = new vscode.CancellationTokenSource();
  private device = '';
  private sample = '';
  private lastStep: StepEvent | null = null;

  constructor(
    private readonly process: ModelProcess,
    private readonly log: vscode.LogOutputChannel,
    private readonly handlers: TrainingSessionHandlers,
  ) {}

  /** Saves what there is and ends; the result of {@link run} says so. */
  stop(): void {
    this.stopping.cancel();
  }

  async run(params: TrainParams): Promise<TrainResult> {
    const title = vscode.l10n.t('Unreasonable is training');
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    try {
      return await vscode.window.withProgress(options, async (progress, token) => {
        const subscription = token.onCancellationRequested(() => this.stop());
        this.process.onNotification(trainEvent, (event) => this.hear(event, progress));
        progress.report({ message: vscode.l10n.t('reading the files…') });
        this.stopping.token.onCancellationRequested(() => this.hearStop(progress));
        return this.process.request(train, params, this.stopping.token).finally(() => subscription.dispose());
      });
    } finally {
      this.stopping.dispose();
    }
  }

  private hearStop(progress: vscode.Progress<{ message?: string }>): void {
    progress.report({ message: vscode.l10n.t('stopping and saving…') });
    const share = this.lastStep === null ? 0 : shareDone(this.lastStep);
    const detail = vscode.l10n.t('Stopping and saving…');
    this.handlers.onStatus({ share, detail, device: this.device, step: this.lastStep, stopping: true });
  }

  private hear(event: TrainEvent, progress: vscode.Progress<{ message?: string; increment?: number }>): void {
    switch (event.type) {
      case 'start':
        this.device = event.device;
        this.log.info(`Training on ${event.device} (${event.backend}), ${event.parameters} parameters.`);
        this.log.info(JSON.stringify(event.settings));
        if (event.resumedAtStep !== null) this.log.info(`Training goes on from step ${event.resumedAtStep}.`);
        break;
      case 'step':
        this.step(event, progress);
        break;
      case 'validation':
        this.log.info(`Step ${event.step}: ${event.bitsPerCharacter.toFixed(3)} bits per character in validation.`);
        break;
      case 'sample':
        this.hearSample(event);
        break;
      case 'notice':
        this.log.warn(event.message);
        break;
      case 'log':
        this.handlers.onEntry(event.entry);
        break;
      case 'corpus':
      case 'checkpoint':
      case 'end':
        break;
    }
  }

  private step(event: StepEvent, progress: vscode.Progress<{ message?: string; increment?: number }>): void {
    const before = this.lastStep === null ? 0 : shareDone(this.lastStep);
    this.lastStep = event;
    if (this.stopping.token.isCancellationRequested) return;
    const detail = describeStep(event, this.device);
    const share = shareDone(event);
    progress.report({
      message: [detail, ...(this.sample === '' ? [] : [`“${this.sample}”`]), dashboardLink()].join(' · '),
      increment: Math.max(0, 100 * (share - before)),
    });
    this.handlers.onStatus({ share, detail, device: this.device, step: event, stopping: false });
  }

  private hearSample({ step, texts }: Extract<TrainEvent, { type: 'sample' }>): void {
    const { text, temperature } = shownSample(texts);
    this.sample = sampleLine(text);
    this.log.info(`Sample at step ${step}, temperature ${temperature}:\n${text}`);
  }
}

/** Notifications draw it as a link. */
function dashboardLink(): string {
  return `[${vscode.l10n.t('Dashboard')}](command:${commandId('showDashboard')})`;
}
