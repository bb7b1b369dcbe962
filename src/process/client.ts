import type {
  CancellationToken,
  NotificationType,
  ProgressToken,
  ProgressType,
  RequestType,
  RequestType0,
} from 'vscode-jsonrpc/node';
import { Child, type Exit } from './child';
import { Emitter, type Subscription } from './emitter';
import { Cancelled, fromResponseError, ProcessDied } from './errors';
import type { ProcessKind } from './protocol';
import { RestartPolicy } from './restartPolicy';

export interface ModelProcessOptions {
  readonly kind: ProcessKind;
  /** The Node that runs the program; see nodeBinary.ts. */
  readonly node: string;
  /** `dist/process.cjs` */
  readonly program: string;
  /** Variables besides those of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Takes lines for the log. */
  log(line: string): void;
  /**
   * Called after each start, before any waiting request is sent: loads the model, for example. What it rejects with is
   * logged.
   */
  onStart?(channel: Channel): Promise<void>;
}

/**
 * - `stopped`: not started yet, or a training process that has died; the next request starts it;
 * - `restarting`: an inference process that has died waits before its next start; requests wait with it;
 * - `failed`: it can't be started or died too often; requests fail until {@link ModelProcess.restart}.
 */
export type ProcessState = 'stopped' | 'starting' | 'running' | 'restarting' | 'failed' | 'disposed';

/** The death of a process that nobody asked for. */
export interface Death extends Exit {
  /** Milliseconds until it is started again; null if it is not. */
  readonly restartsIn: number | null;
}

/** What a running process is talked to by. */
export interface Channel {
  request<P, R>(type: RequestType<P, R, void>, params: P, token?: CancellationToken): Promise<R>;
  notify<P>(type: NotificationType<P>, params: P): void;
}

/**
 * A model process as its user sees it: started when it is first needed, and for inference started again when it dies.
 * Errors of requests are UserError (a sentence to show), {@link Cancelled}, {@link ProcessDied}, or a bug.
 */
export class ModelProcess implements Channel {
  private readonly states = new Emitter<ProcessState>();
  private readonly deaths = new Emitter<Death>();
  private readonly handlers: [NotificationType<unknown>, (params: unknown) => void][] = [];
  private readonly policy = new RestartPolicy();
  private current: ProcessState = 'stopped';
  private child: Child | null = null;
  /** The start that is under way or done; every request waits for it. */
  private started: Promise<Child> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private restarted: (() => void) | null = null;
  private nextProgress = 0;

  constructor(private readonly options: ModelProcessOptions) {}

  get state(): ProcessState {
    return this.current;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  onStateChange(listener: (state: ProcessState) => void): Subscription {
    return this.states.on(listener);
  }

  onDeath(listener: (death: Death) => void): Subscription {
    return this.deaths.on(listener);
  }

  /** Hears of the notifications of one type, from this process and those started after it. */
  onNotification<P>(type: NotificationType<P>, handler: (params: P) => void): void {
    const entry = [type, handler] as unknown as (typeof this.handlers)[number];
    this.handlers.push(entry);
    this.child?.connection.onNotification(...entry);
  }

  async request<P, R>(
    type: RequestType<P, R, void> | RequestType0<R, void>,
    params: P,
    token?: CancellationToken,
  ): Promise<R> {
    const child = await this.ensureStarted();
    if (token?.isCancellationRequested) throw new Cancelled();
    return child.request(type, params, token);
  }

  /** A request that reports on the way. */
  async requestWithProgress<P extends { readonly progressToken: ProgressToken }, R, Progress>(
    type: RequestType<P, R, void>,
    params: Omit<P, 'progressToken'>,
    progress: ProgressType<Progress>,
    onProgress: (value: Progress) => void,
    token?: CancellationToken,
  ): Promise<R> {
    const child = await this.ensureStarted();
    const progressToken = this.nextProgress++;
    const subscription = child.connection.onProgress(progress, progressToken, onProgress);
    try {
      return await child.request(type, { ...params, progressToken } as P, token);
    } finally {
      subscription.dispose();
    }
  }

  /** Sent if the process runs, and dropped otherwise: a process that has just started knows nothing of the past. */
  notify<P>(type: NotificationType<P>, params: P): void {
    if (this.current === 'running') this.child?.notify(type, params);
  }

  /** Starts the process if it isn't running, also after it has failed. */
  async restart(): Promise<void> {
    if (this.current === 'failed') this.setState('stopped');
    this.policy.reset();
    await this.ensureStarted();
  }

  /**
   * Ends the process and everything that it has started. A training first saves what it has, and is given time for it.
   */
  async dispose(): Promise<void> {
    if (this.current === 'disposed') return;
    this.setState('disposed');
    if (this.timer !== null) clearTimeout(this.timer);
    this.restarted?.();
    await this.child?.end(this.options.kind === 'training' ? 30_000 : 1_000);
  }

  private ensureStarted(): Promise<Child> {
    if (this.current === 'disposed') return Promise.reject(new ProcessDied('The model process has been ended.'));
    if (this.current === 'failed') return Promise.reject(new ProcessDied('The model process does not run.'));
    this.started ??= this.start();
    return this.started;
  }

  private async start(): Promise<Child> {
    this.setState('starting');
    const child = new Child(this.options);
    this.child = child;
    for (const handler of this.handlers) child.connection.onNotification(...handler);
    void child.exited.then((exit) => this.exited(child, exit));
    try {
      await child.ready;
    } catch (error) {
      throw error instanceof ProcessDied ? error : fromResponseError(error);
    }
    await this.options.onStart?.(child).catch((error: unknown) => this.options.log(`After its start: ${error}`));
    if (this.current === 'starting') this.setState('running');
    return child;
  }

  private exited(child: Child, exit: Exit): void {
    if (this.child !== child) return;
    this.child = null;
    if (this.current === 'disposed') return;
    const restartsIn = this.options.kind === 'inference' && !exit.impossible ? this.policy.died() : null;
    if (restartsIn !== null) {
      this.started = this.startLater(restartsIn);
      // Whoever waits for it hears of the failure; nobody may be waiting.
      this.started.catch(() => {});
      this.setState('restarting');
    } else {
      this.started = null;
      this.setState(this.options.kind === 'inference' || exit.impossible ? 'failed' : 'stopped');
    }
    this.deaths.emit({ ...exit, restartsIn });
  }

  private async startLater(milliseconds: number): Promise<Child> {
    await new Promise<void>((resolve) => {
      this.restarted = resolve;
      this.timer = setTimeout(resolve, milliseconds);
    });
    this.timer = null;
    this.restarted = null;
    if (this.current === 'disposed') throw new ProcessDied('The model process has been ended.');
    return this.start();
  }

  private setState(state: ProcessState): void {
    if (this.current === state) return;
    this.current = state;
    this.states.emit(state);
  }
}
