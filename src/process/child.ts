import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  type CancellationToken,
  createMessageConnection,
  type MessageConnection,
  type NotificationType,
  type RequestType,
  RequestType0,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { fromResponseError, ProcessDied } from './errors';
import { type ProcessKind, ready } from './protocol';

export interface ChildOptions {
  readonly kind: ProcessKind;
  readonly node: string;
  readonly program: string;
  /** Variables besides those of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  log(line: string): void;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The program can't be run at all: there is no such Node, or it may not be executed. */
  readonly impossible: boolean;
  /** For people: what happened. */
  readonly message: string;
  /** The last lines that it wrote to its log. */
  readonly lastLines: readonly string[];
}

const linesKept = 20;
const posix = process.platform !== 'win32';

/** One run of the program. */
export class Child {
  readonly connection: MessageConnection;
  /** Resolves when the program takes requests; rejects with {@link ProcessDied} if it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;
  private readonly process: ChildProcess;
  private readonly lastLines: string[] = [];
  private hasExited = false;

  constructor(private readonly options: ChildOptions) {
    const { kind, node, program, environment } = options;
    // A group of its own, so that nothing that it starts can outlive it; a terminal's Ctrl+C is not for it either.
    this.process = spawn(node, [program, kind], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...plainEnvironment(), ...environment },
      detached: posix,
      windowsHide: true,
    });
    // Writing to a process that has just died is no error of its own: its exit is what counts.
    for (const stream of this.process.stdio) stream?.on('error', () => {});
    createInterface({ input: this.process.stderr! }).on('line', (line) => this.keep(line));
    this.connection = createMessageConnection(
      new StreamMessageReader(this.process.stdout!),
      new StreamMessageWriter(this.process.stdin!),
      { error: options.log, warn: options.log, info: options.log, log: options.log },
    );
    this.exited = this.watch();
    this.ready = new Promise((resolve, reject) => {
      this.connection.onNotification(ready, () => resolve());
      void this.exited.then((exit) => reject(new ProcessDied(exit.message)));
    });
    // Whoever starts a child awaits it; a death after that must not count as unheard.
    this.ready.catch(() => {});
    this.connection.listen();
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  async request<P, R>(
    type: RequestType<P, R, void> | RequestType0<R, void>,
    params: P,
    token?: CancellationToken,
  ): Promise<R> {
    const answer =
      type instanceof RequestType0
        ? this.connection.sendRequest(type, token)
        : this.connection.sendRequest(type, params as P extends null ? P | undefined : P, token);
    try {
      return await answer;
    } catch (error) {
      if (this.hasExited) throw new ProcessDied((await this.exited).message);
      throw fromResponseError(error);
    }
  }

  notify<P>(type: NotificationType<P>, params: P): void {
    // It fails only when the process dies, which is heard of otherwise.
    void this.connection.sendNotification(type, params as P extends null ? P | undefined : P).catch(() => {});
  }

  /** Asks the process to end by closing its stdin, and kills it with its group when it has not after `milliseconds`. */
  async end(milliseconds: number): Promise<void> {
    this.process.stdin!.end();
    const timer = setTimeout(() => this.kill(), milliseconds);
    await this.exited;
    clearTimeout(timer);
    this.kill();
  }

  private kill(): void {
    const { pid } = this.process;
    if (pid === undefined) return;
    try {
      if (posix) process.kill(-pid, 'SIGKILL');
      else this.process.kill('SIGKILL');
    } catch {
      // Nothing of the group is left.
    }
  }

  private watch(): Promise<Exit> {
    return new Promise((resolve) => {
      const finish = (exit: Omit<Exit, 'lastLines'>) => {
        this.hasExited = true;
        resolve({ ...exit, lastLines: this.lastLines });
        this.connection.dispose();
      };
      this.process.on('error', (error) => {
        if (this.process.pid !== undefined) return;
        const message = `The model process could not be started with ${this.options.node} (${error.message}).`;
        finish({ code: null, signal: null, impossible: true, message });
      });
      this.process.on('close', (code, signal) => {
        if (this.process.pid === undefined) return;
        const how = signal === null ? `with code ${code}` : `by ${signal}`;
        finish({ code, signal, impossible: false, message: `The ${this.options.kind} process ended ${how}.` });
      });
    });
  }

  private keep(line: string): void {
    this.lastLines.push(line);
    if (this.lastLines.length > linesKept) this.lastLines.shift();
    this.options.log(line);
  }
}

/** The environment without what an editor sets for its own processes and debuggers. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, ELECTRON_RUN_AS_NODE, VSCODE_INSPECTOR_OPTIONS, ...environment } = process.env;
  return environment;
}
