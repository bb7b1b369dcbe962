import * as vscode from 'vscode';
import type { NotificationType, ProgressToken, ProgressType, RequestType } from 'vscode-jsonrpc/node';
import { UserError } from '../../model/errors';
import type { PretrainedModel } from '../../model/pretrained';
import type { Channel, Death, ModelProcess } from '../../process/client';
import { ProcessDied } from '../../process/errors';
import { loadModel, type ModelInfo } from '../../process/protocol';
import type { Problems } from '../problems';
import type { ModelStore } from './modelStore';
import type { Processes } from './processes';

/**
 * The inference process with the current model in it. It is started when there is a model (one that came with the
 * extension first waits to be needed), goes over to another one when that becomes the current one, and comes back by
 * itself when it dies.
 */
export class Inference implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** The model has been loaded, could not be, or is at work. */
  readonly onDidChange = this.changed.event;
  private readonly subscription: vscode.Disposable;
  private opening: Promise<ModelProcess> | null = null;
  private process: ModelProcess | null = null;
  private info: ModelInfo | null = null;
  private trouble: string | null = null;
  /** All loading so far, one after the other. It doesn't fail: what goes wrong is told. */
  private loading: Promise<void> = Promise.resolve();
  private atWork = 0;
  private sent = 0;

  constructor(
    private readonly processes: Processes,
    private readonly models: ModelStore,
    private readonly problems: Problems,
  ) {
    this.subscription = models.onDidChange(() => void this.follow());
  }

  /** The model that is loaded, null if none is. */
  get model(): ModelInfo | null {
    return this.info;
  }

  /** What the current model is, if it came with the extension. */
  get pretrained(): PretrainedModel | null {
    return this.models.current?.pretrained ?? null;
  }

  /** Whether the model is there but not loaded, because nobody has needed it yet. */
  get waiting(): boolean {
    return this.pretrained !== null && this.opening === null;
  }

  /** Loads the model if it waits to be needed, and resolves once the current one is loaded. */
  async wake(): Promise<void> {
    if (this.waiting && this.trouble === null) void this.load();
    // Meanwhile another one may have become the current one.
    for (let seen: Promise<void> | null = null; seen !== this.loading; ) {
      seen = this.loading;
      await seen;
    }
  }

  /** A sentence if the model can't be used. */
  get problem(): string | null {
    return this.trouble;
  }

  /** Whether a request is under way that a person waits for. */
  get busy(): boolean {
    return this.atWork > 0;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** How many requests have been sent. */
  get requests(): number {
    return this.sent;
  }

  /** Sends a request, after the model has been loaded. */
  async request<P, R>(type: RequestType<P, R, void>, params: P, token?: vscode.CancellationToken): Promise<R> {
    return this.working(async () => (await this.ready()).request(type, params, token));
  }

  async requestWithProgress<P extends { readonly progressToken: ProgressToken }, R, Progress>(
    type: RequestType<P, R, void>,
    params: Omit<P, 'progressToken'>,
    progress: ProgressType<Progress>,
    onProgress: (value: Progress) => void,
    token?: vscode.CancellationToken,
  ): Promise<R> {
    return this.working(async () =>
      (await this.ready()).requestWithProgress(type, params, progress, onProgress, token),
    );
  }

  /** Sent only if the model is there. */
  notify<P>(type: NotificationType<P>, params: P): void {
    if (this.info !== null) this.process?.notify(type, params);
  }

  /** Tries again after the process has been given up, or could not be started. */
  async restart(): Promise<void> {
    await this.follow();
  }

  async dispose(): Promise<void> {
    this.subscription.dispose();
    this.changed.dispose();
    await this.process?.dispose();
  }

  /** Loads the current model, which may have changed. */
  private async follow(): Promise<void> {
    this.trouble = null;
    this.info = null;
    this.changed.fire();
    // One that came with the extension is in every window, and in most of them nobody needs it.
    if (this.models.current !== null && !this.waiting) await this.load();
  }

  private load(): Promise<void> {
    this.loading = this.loading.then(() => this.loadCurrent());
    return this.loading;
  }

  private async loadCurrent(): Promise<void> {
    try {
      const process = await this.open();
      // A process that starts loads the model that is the current one then.
      if (process.state !== 'running') await process.restart();
      if (this.info === null && this.trouble === null) await this.loadInto(process);
    } catch (error) {
      this.fail(error);
    }
  }

  private open(): Promise<ModelProcess> {
    this.opening ??= this.create().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  private async create(): Promise<ModelProcess> {
    const process = await this.processes.create({ kind: 'inference', onStart: (channel) => this.loadInto(channel) });
    process.onDeath((death) => this.died(death));
    this.process = process;
    return process;
  }

  private async loadInto(channel: Channel): Promise<void> {
    const model = this.models.current;
    if (model === null) return;
    try {
      const info = await channel.request(loadModel, { path: model.path });
      // Each change makes a reference of its own, and a loading of its own.
      if (this.models.current !== model) return;
      this.info = info;
      this.trouble = null;
      this.changed.fire();
    } catch (error) {
      // One that was deleted or replaced meanwhile is missed by nobody.
      if (this.models.current === model) this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.info = null;
    this.trouble = error instanceof Error ? error.message : String(error);
    // A death has been told of when it happened.
    if (!(error instanceof ProcessDied)) this.problems.tell(error);
    this.changed.fire();
  }

  private died({ message, impossible, restartsIn }: Death): void {
    this.info = null;
    if (restartsIn !== null) {
      this.problems.warn(vscode.l10n.t('{0} It is started again.', message));
    } else {
      this.trouble = impossible ? message : vscode.l10n.t('{0} It ended too often to be started again.', message);
      this.problems.tell(new UserError(this.trouble), {
        title: vscode.l10n.t('Start Again'),
        run: () => this.restart(),
      });
    }
    this.changed.fire();
  }

  private async ready(): Promise<ModelProcess> {
    if (this.models.current === null) {
      throw new UserError(vscode.l10n.t('There is no model yet: train one with "Train on Workspace".'));
    }
    // Until then the process would answer with the model before.
    await this.wake();
    if (this.trouble !== null) throw new UserError(this.trouble);
    return this.open();
  }

  private async working<R>(work: () => Promise<R>): Promise<R> {
    this.atWork++;
    this.sent++;
    this.changed.fire();
    try {
      return await work();
    } finally {
      this.atWork--;
      this.changed.fire();
    }
  }
}
