// What stands for VS Code's own module where there is no VS Code: texts, events, and as much of windows, documents and
// pages as tests of what talks to them need. Tests set what is shown, and call what was registered.

export const l10n = {
  t: (text: string, ...values: (string | number)[]) => text.replace(/\{(\d+)\}/g, (_, index) => String(values[index])),
  bundle: undefined,
};

type Listener<T> = (value: T) => unknown;

export class Disposable {
  constructor(private readonly end: () => unknown) {}

  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }

  dispose(): void {
    this.end();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationTokenSource {
  private readonly cancelled = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };

  cancel(): void {
    if (this.token.isCancellationRequested) return;
    this.token.isCancellationRequested = true;
    this.cancelled.fire();
  }

  dispose(): void {}
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(...[from, to, line, column]: [Position, Position, ...never[]] | [number, number, number, number]) {
    this.start = typeof from === 'number' ? new Position(from, to as number) : from;
    this.end = typeof to === 'number' ? new Position(line as number, column as number) : to;
  }
}

export class Selection extends Range {}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}

  static parse(text: string): Uri {
    const colon = text.indexOf(':');
    return new Uri(text.slice(0, colon), text.slice(colon + 1).replace(/^\/\//, ''));
  }

  static file(path: string): Uri {
    return new Uri('file', path);
  }

  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, [base.path, ...parts].join('/'));
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export const QuickPickItemKind = { Separator: -1 };
export const ConfigurationTarget = { Global: 1, Workspace: 2 };
export const ViewColumn = { Active: -1, Beside: -2, One: 1 };
export const ProgressLocation = { Window: 10, Notification: 15 };
export const DecorationRangeBehavior = { ClosedClosed: 1 };
export const OverviewRulerLane = { Right: 4 };
export const TextEditorRevealType = { AtTop: 3, InCenterIfOutsideViewport: 2 };
export const env = { language: 'en' };

/** Events that tests fire. */
export const events = {
  visibleEditors: new EventEmitter<unknown>(),
  edited: new EventEmitter<{ readonly document: unknown }>(),
  closed: new EventEmitter<unknown>(),
};

const nothing = new Disposable(() => {});

export const window = {
  activeTextEditor: undefined as unknown,
  visibleTextEditors: [] as unknown[],
  onDidChangeVisibleTextEditors: events.visibleEditors.event,
  createTextEditorDecorationType: (options: object) => ({ options, dispose: () => {} }),
  withProgress: async <T>(
    _: object,
    work: (progress: { report(value: unknown): void }, token: CancellationTokenSource['token']) => Promise<T> | T,
  ): Promise<T> => work({ report: () => {} }, new CancellationTokenSource().token),
  registerWebviewPanelSerializer: () => nothing,
  createWebviewPanel: (): unknown => {
    throw new Error('A test that opens a page says how.');
  },
  showInformationMessage: async (..._texts: string[]): Promise<string | undefined> => undefined,
  /** A person who takes what is suggested. */
  showInputBox: async ({ value }: { title?: string; value?: string }): Promise<string | undefined> => value,
  showQuickPick: async <T>(items: readonly T[]): Promise<T | undefined> => items[0],
};

export const workspace = {
  workspaceFolders: undefined as readonly { readonly uri: Uri; readonly name: string }[] | undefined,
  isTrusted: true,
  asRelativePath: (uri: Uri) => uri.path.replace(/^\/project\//, ''),
  onDidGrantWorkspaceTrust: () => nothing,
  onDidChangeTextDocument: events.edited.event,
  onDidCloseTextDocument: events.closed.event,
  openTextDocument: (): unknown => {
    throw new Error('A test that opens a document says how.');
  },
};

export const languages = { registerHoverProvider: () => nothing };
export const commands = { executeCommand: async () => undefined };
