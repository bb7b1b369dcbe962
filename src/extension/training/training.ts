import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import { checkpointPath } from '../../model/training/checkpoint';
import type { LogEntry } from '../../model/training/log/entries';
import type { TrainOptions } from '../../model/training/options';
import type { ModelProcess } from '../../process/client';
import { Cancelled, ProcessDied } from '../../process/errors';
import { type PreviewResult, preview, type TrainParams, type TrainResult } from '../../process/protocol';
import { runCommand } from '../commands';
import type { ModelStore } from '../models/modelStore';
import type { Processes } from '../models/processes';
import type { Problems } from '../problems';
import type { Settings } from '../settings';
import { announceEnd } from './announcement';
import { choosePlan } from './choosePlan';
import { heartbeatMilliseconds, type MarkerStore, resumesByItself } from './marker';
import { sampleSteps, startingFrom, type TrainingPlan } from './plan';
import type { PreviewDocument } from './previewDocument';
import { requireTrust, trainingSources } from './sources';
import { becomesFree, lockStorage } from './storageLock';
import { TrainingSession, type TrainingStatus } from './trainingSession';

/** A training that was interrupted saves itself first, which may take this long. */
const savingMilliseconds = 30_000;

/** What training needs of the rest of the extension. */
export interface TrainingParts {
  readonly settings: Settings;
  readonly processes: Processes;
  readonly models: ModelStore;
  readonly markers: MarkerStore;
  readonly problems: Problems;
  readonly previewDocument: PreviewDocument;
  readonly log: vscode.LogOutputChannel;
}

/** Trains, stops and resumes, one training at a time in this window. */
export class Training implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly logged = new vscode.EventEmitter<LogEntry>();
  /** The log of the training in {@link folder} has one more entry. */
  readonly onDidLog = this.logged.event;
  /** A training or its preview is under way. */
  private process: ModelProcess | null = null;
  private session: TrainingSession | null = null;
  private latest: TrainingStatus | null = null;
  private out: string | null = null;
  private entries: LogEntry[] = [];
  private closing = false;

  constructor(private readonly parts: TrainingParts) {}

  /** Null when nothing trains. */
  get status(): TrainingStatus | null {
    return this.latest;
  }

  /** Where the training writes to; null when nothing trains. */
  get folder(): string | null {
    return this.out;
  }

  /** What was logged since this training was started or resumed; its file has it, once there is one. */
  get log(): readonly LogEntry[] {
    return this.entries;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Whether something of the training, the one under way if there is one, is saved that it could go on from. */
  get hasCheckpoint(): boolean {
    return this.out === null ? this.parts.markers.read() !== null : existsSync(checkpointPath(this.out));
  }

  /** Whether a training was interrupted and can go on. */
  get resumable(): boolean {
    return this.session === null && this.hasCheckpoint;
  }

  /**
   * Shows what would be read, asks for the plan if none is given, and trains.
   *
   * @returns undefined when the person thought better of it.
   */
  async train(given?: TrainingPlan): Promise<TrainResult | undefined> {
    const sources = trainingSources(this.parts.settings);
    return this.withProcess(async (process) => {
      const found = await this.preview(process, sources);
      const plan = given ?? (await choosePlan(found, this.parts.settings, this.parts.previewDocument));
      if (plan === undefined) return undefined;
      const out = await this.parts.models.makeFolder();
      const startFrom = this.parts.settings.get('training.startFrom');
      return this.run(process, { sources, options: { ...startingFrom(startFrom, plan), out } });
    });
  }

  /** Goes on with the training that was interrupted or stopped. */
  async resume(): Promise<TrainResult | undefined> {
    requireTrust();
    const marker = this.parts.markers.read();
    if (marker === null) {
      throw new UserError(
        vscode.l10n.t('There is no training that could be resumed: start one with "Train on Workspace".'),
      );
    }
    return this.goOn(marker.folder);
  }

  /** Goes on with a training, be it stopped or finished, for some minutes more. */
  async keepTraining(folder: string, furtherMinutes: number): Promise<TrainResult | undefined> {
    return this.goOn(folder, { furtherMinutes });
  }

  /** Goes on with a training that a reload of the window interrupted, or offers to if that was long ago. */
  async recover(): Promise<void> {
    const marker = this.parts.markers.read();
    if (marker === null || marker.state === 'stopped' || !vscode.workspace.isTrusted) return;
    const reloaded = resumesByItself(marker, Date.now());
    if (!(await becomesFree(marker.folder, reloaded ? savingMilliseconds : 0))) {
      this.parts.log.info('Another window goes on with the training of this workspace.');
      return;
    }
    if (reloaded) {
      await runCommand('resumeTraining');
      return;
    }
    const title = vscode.l10n.t('Resume Training');
    const message = vscode.l10n.t('A training was interrupted when this window closed; nothing of it is lost.');
    if ((await vscode.window.showInformationMessage(message, title)) === title) await runCommand('resumeTraining');
  }

  stop(): void {
    if (this.session === null) throw new UserError(vscode.l10n.t('Nothing is being trained.'));
    this.session.stop();
  }

  /** Ends a running training, which saves itself first; the workspace remembers that nobody stopped it. */
  async dispose(): Promise<void> {
    this.closing = true;
    this.changed.dispose();
    this.logged.dispose();
    await this.process?.dispose();
  }

  private async withProcess<T>(work: (process: ModelProcess) => Promise<T | undefined>): Promise<T | undefined> {
    if (this.process !== null) throw new UserError(vscode.l10n.t('A training is under way already: stop it first.'));
    const process = await this.parts.processes.create({ kind: 'training' });
    if (this.process !== null) throw new UserError(vscode.l10n.t('A training is under way already: stop it first.'));
    this.process = process;
    try {
      return await work(process);
    } catch (error) {
      if (error instanceof Cancelled) return undefined;
      // Whoever ran the command is not told of a death, since most are told of by those who see them.
      if (error instanceof ProcessDied && !this.closing) this.parts.problems.tell(error);
      throw error;
    } finally {
      this.process = null;
      await process.dispose();
    }
  }

  private async goOn(
    folder: string,
    budget: Pick<TrainOptions, 'furtherMinutes'> = {},
  ): Promise<TrainResult | undefined> {
    const sources = trainingSources(this.parts.settings);
    const backend = this.parts.settings.get('training.backend');
    const options = { out: folder, resume: true, backend, ...budget };
    return this.withProcess((process) => this.run(process, { sources, options }));
  }

  private async preview(process: ModelProcess, sources: TrainParams['sources']): Promise<PreviewResult> {
    const title = vscode.l10n.t('Unreasonable is looking at the files');
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_, token) => process.request(preview, sources, token),
    );
  }

  private async run(process: ModelProcess, params: TrainParams): Promise<TrainResult> {
    const { markers, models, log } = this.parts;
    const { out } = params.options;
    const lock = await lockStorage(dirname(out)).catch(async (error: unknown) => {
      await models.discardFolder(out);
      throw error;
    });
    const session = new TrainingSession(process, log, {
      onStatus: (status) => this.show(status),
      onEntry: (entry) => this.hear(entry),
    });
    this.session = session;
    this.out = out;
    this.entries = [];
    const detail = vscode.l10n.t('Reading the files…');
    this.show({ share: 0, detail, device: '', step: null, stopping: false });
    await markers.write(out, 'running');
    const heartbeat = setInterval(() => void markers.write(out, 'running'), heartbeatMilliseconds);
    try {
      const options = { sampleAt: [...sampleSteps], ...params.options };
      // A heartbeat after the end would say that it still runs.
      const result = await session.run({ ...params, options }).finally(() => clearInterval(heartbeat));
      await this.finish(out, result);
      return result;
    } catch (error) {
      await this.giveUp(out, error);
      throw error;
    } finally {
      this.session = null;
      this.out = null;
      this.show(null);
      if (!this.closing) await models.discardFolder(out);
      await lock.release();
    }
  }

  private async finish(out: string, { reason, model, step, bitsPerCharacter }: TrainResult): Promise<void> {
    const { markers, models } = this.parts;
    // A window that goes away stops its training too; that one is to go on.
    if (this.closing) return;
    if (reason === 'finished' || reason === 'earlyStopping') await markers.clear();
    else await this.rememberStopped(out);
    if (model === null) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Stopped before the first step; nothing was written.'));
      return;
    }
    await models.choose(out);
    announceEnd({ reason, step, bitsPerCharacter });
  }

  /** What was saved before a failure can be gone on from. */
  private async giveUp(out: string, error: unknown): Promise<void> {
    if (this.closing) return;
    await this.rememberStopped(out);
    if (this.hasCheckpoint) await this.parts.models.refresh();
    if (!(error instanceof ProcessDied)) return;
    const resume = { title: vscode.l10n.t('Resume Training'), run: () => runCommand('resumeTraining') };
    this.parts.problems.tell(error, ...(this.hasCheckpoint ? [resume] : []));
  }

  /** A folder without a checkpoint is nothing to remember: then the training before can go on, if one can. */
  private async rememberStopped(out: string): Promise<void> {
    const { markers } = this.parts;
    if (existsSync(checkpointPath(out))) await markers.write(out, 'stopped');
    else await markers.forget(out);
  }

  private hear(entry: LogEntry): void {
    this.entries.push(entry);
    if (!this.closing) this.logged.fire(entry);
  }

  private show(status: TrainingStatus | null): void {
    this.latest = status;
    if (!this.closing) this.changed.fire();
  }
}
