import * as vscode from 'vscode';
import type { TrainEvent } from '../../model/training/options';
import type { ModelProcess } from '../../process/client';
import { type TrainParams, type TrainResult, train, trainEvent } from '../../process/protocol';
import { describeStep, type StepEvent, sampleLine, shareDone } from './progressText';

/** What a running training shows in the status bar. */
export interface TrainingStatus {
  /** 0 to 1. */
  readonly share: number;
  readonly detail: string;
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
    private readonly onStatus: (status: TrainingStatus) => void,
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
        this.stopping.token.onCancellationRequested(() =>
          progress.report({ message: vscode.l10n.t('stopping and saving…') }),
        );
        return this.process.request(train, params, this.stopping.token).finally(() => subscription.dispose());
      });
    } finally {
      this.stopping.dispose();
    }
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
        this.sample = sampleLine(event.text);
        this.log.info(`Sample at step ${event.step}, temperature ${event.temperature}:\n${event.text}`);
        break;
      case 'notice':
        this.log.warn(event.message);
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
      message: this.sample === '' ? detail : `${detail} · “${this.sample}”`,
      increment: Math.max(0, 100 * (share - before)),
    });
    this.onStatus({ share, detail });
  }
}
