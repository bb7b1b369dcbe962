import * as vscode from 'vscode';
import type { ProgressToken, RequestType } from 'vscode-jsonrpc/node';
import { UserError } from '../../../model/errors';
import type { TextReport } from '../../../model/inspection/wire';
import { modelName } from '../../../model/lstm/modelName';
import { Cancelled, ProcessDied } from '../../../process/errors';
import * as protocol from '../../../process/protocol';
import { pathOf } from '../../completions/documentText';
import { editorInFront } from '../../editorInFront';
import type { Inference } from '../../models/inference';
import type { Problems } from '../../problems';
import type { Settings } from '../../settings';
import { trainingSources } from '../../training/sources';
import { View } from '../view';
import type { FromInspector, Panel, ToInspector } from './messages';

type Cells = NonNullable<protocol.InspectTextResult['cells']>;

/** What the page shows: a document with what was read of it, and by which model. */
interface Shown {
  readonly id: number;
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly model: protocol.ModelInfo | null;
  readonly text: TextReport;
  readonly cells: Cells | null;
  /** Ends what is being asked about it. */
  readonly over: vscode.CancellationTokenSource;
}

/** Shows what the model expects in a document, and what its cells do while it reads. */
export class Inspector implements vscode.Disposable {
  private readonly view: View<ToInspector, FromInspector>;
  private shown: Shown | null = null;
  /** What to show when there is something. */
  private wanted: Extract<ToInspector, { type: 'show' }> | null = null;
  private reading: vscode.CancellationTokenSource | null = null;
  /** Why there is nothing to show, for a page that is loaded later. */
  private trouble: string | null = null;
  private lastId = 0;

  constructor(
    extensionUri: vscode.Uri,
    private readonly inference: Inference,
    private readonly settings: Settings,
    private readonly problems: Problems,
  ) {
    this.view = new View<ToInspector, FromInspector>(extensionUri, {
      page: 'inspector',
      title: vscode.l10n.t('Inside the Model'),
      onReady: () => this.sendAll(),
      onClosed: () => this.close(),
      onMessage: (message) => void this.answer(message).catch((error: unknown) => this.tell(error)),
    });
  }

  get isOpen(): boolean {
    return this.view.isShown;
  }

  /** Opens the view on the editor in front; what is selected there is selected in the view. */
  async show(panel: Panel): Promise<void> {
    const { document, selection } = editorInFront();
    const [from, to] = [selection.start, selection.end].map((position) => charactersBefore(document, position));
    this.wanted = { type: 'show', panel, from: from!, to: to! };
    this.view.show(vscode.ViewColumn.Beside);
    await this.read(document, panel !== 'guesses');
  }

  dispose(): void {
    this.close();
    this.view.dispose();
  }

  /** Nothing is shown any more; the process need not keep it either. */
  private close(): void {
    this.reading?.cancel();
    this.reading = null;
    const { shown } = this;
    this.replace(null);
    this.wanted = null;
    this.trouble = null;
    if (shown?.cells != null && shown.model === this.inference.model) {
      this.inference.notify(protocol.forgetText, { id: shown.cells.id });
    }
  }

  private replace(shown: Shown | null): void {
    this.shown?.over.cancel();
    this.shown = shown;
  }

  /** Reads a document, unless that was done already, and sends what there is to know. */
  private async read(document: vscode.TextDocument, cells: boolean): Promise<Shown | null> {
    // Whatever else is being read is not wanted any more.
    this.reading?.cancel();
    this.reading = null;
    if (!this.isCurrent(document, cells)) {
      const cancel = new vscode.CancellationTokenSource();
      this.reading = cancel;
      try {
        const shown = await this.request(document, cells, cancel.token);
        if (this.reading !== cancel) return null;
        this.replace(shown);
        this.trouble = null;
      } catch (error) {
        if (this.reading === cancel) this.failed(error);
        throw error;
      } finally {
        if (this.reading === cancel) this.reading = null;
      }
    }
    this.sendAll();
    return this.shown;
  }

  /** Lets the model read a document; if another model is loaded meanwhile, that one. */
  private async request(
    document: vscode.TextDocument,
    cells: boolean,
    token: vscode.CancellationToken,
  ): Promise<Shown> {
    const name = pathOf(document) ?? document.fileName;
    const progress = ({ done, total }: protocol.InspectionProgress) => {
      if (!token.isCancellationRequested) this.view.post({ type: 'reading', path: name, done, total });
    };
    for (;;) {
      const { version } = document;
      const { model } = this.inference;
      progress({ done: 0, total: 1 });
      try {
        const result = await this.inference.requestWithProgress(
          protocol.inspectText,
          { document: { path: pathOf(document), text: document.getText() }, cells },
          protocol.inspectionProgress,
          progress,
          token,
        );
        const over = new vscode.CancellationTokenSource();
        // A model that had to be loaded first is known only now.
        return { id: ++this.lastId, document, version, model: model ?? this.inference.model, ...result, over };
      } catch (error) {
        if (!(error instanceof Cancelled) || token.isCancellationRequested) throw error;
      }
    }
  }

  private failed(error: unknown): void {
    this.wanted = null;
    if (this.shown === null) this.trouble = error instanceof Error ? error.message : String(error);
    this.tell(error);
  }

  /** Whether a document need not be read: guesses reach further into a long text where no cells are kept. */
  private isCurrent(document: vscode.TextDocument, cells: boolean): boolean {
    const { shown } = this;
    const isSame = shown?.document === document && shown.version === document.version;
    if (!isSame || shown.model !== this.inference.model) return false;
    return cells ? shown.cells !== null : shown.cells === null || !shown.text.isCut;
  }

  private sendAll(): void {
    const { shown } = this;
    if (shown === null) {
      if (this.trouble !== null) this.view.post({ type: 'problem', message: this.trouble });
      return;
    }
    const { id, document, model, text, cells } = shown;
    const name = model === null ? '' : modelName(model.configuration);
    this.view.post({ type: 'text', id, model: name, uri: document.uri.toString(), text });
    if (cells !== null) this.view.post({ type: 'cells', cells });
    if (this.wanted !== null && this.view.isShown) {
      this.view.post(this.wanted);
      this.wanted = null;
    }
  }

  private async answer(message: FromInspector): Promise<void> {
    switch (message.type) {
      case 'restore':
        if (this.shown === null && this.reading === null) {
          await this.read(await openAgain(message.uri), false);
        }
        break;
      case 'needCells':
        // Those of a text that was just sent are on their way.
        if (this.shown !== null && this.reading === null && !this.isCurrent(this.shown.document, true)) {
          await this.read(this.shown.document, true);
        }
        break;
      case 'cell': {
        const { cell } = message;
        const { values } = await this.ask(message.id, (about) =>
          this.inference.request(protocol.inspectCell, { ...about, cell }),
        );
        this.view.post({ type: 'cell', cell, values });
        break;
      }
      case 'window': {
        const { from, to } = message;
        const { values } = await this.ask(message.id, (about) =>
          this.inference.request(protocol.inspectWindow, { ...about, from, to }),
        );
        this.view.post({ type: 'window', from, to, values });
        break;
      }
      case 'find': {
        const report = await this.ask(message.id, (about, token) =>
          this.requestReading(protocol.findCells, { ...about, sources: this.sources() }, token),
        );
        this.view.post({ type: 'findings', report });
        break;
      }
      case 'select': {
        const { from, to } = message;
        const report = await this.ask(message.id, (about, token) =>
          this.requestReading(protocol.selectRange, { ...about, from, to, sources: this.sources() }, token),
        );
        this.view.post({ type: 'selection', from, to, report });
        break;
      }
      case 'reveal':
        await this.reveal(message.path, message.line);
    }
  }

  /**
   * Asks about the cells of a text, by the id that the page knows it by.
   *
   * @throws Cancelled when another text is shown, before or after the answer.
   */
  private async ask<R>(
    id: number,
    request: (about: { readonly id: number }, token: vscode.CancellationToken) => Promise<R>,
  ): Promise<R> {
    const { shown } = this;
    if (shown?.id !== id) throw new Cancelled();
    if (shown.cells === null || shown.model !== this.inference.model) {
      // A model that was loaded anew knows nothing of what the one before it read, and may have fewer cells: the page
      // asks for what it needs when it has the new ones.
      if (this.reading === null) await this.read(shown.document, true);
      throw new Cancelled();
    }
    const answer = await request({ id: shown.cells.id }, shown.over.token);
    if (this.shown !== shown) throw new Cancelled();
    return answer;
  }

  private requestReading<P extends { readonly progressToken: ProgressToken }, R>(
    type: RequestType<P, R, void>,
    params: Omit<P, 'progressToken'>,
    token: vscode.CancellationToken,
  ): Promise<R> {
    const progress = ({ done, total }: protocol.InspectionProgress) => {
      if (!token.isCancellationRequested) this.view.post({ type: 'finding', share: done / total });
    };
    return this.inference.requestWithProgress(type, params, protocol.inspectionProgress, progress, token);
  }

  /** The files to look at besides the text; null where nothing may be trained on either, as in Restricted Mode. */
  private sources(): protocol.SourceOptions | null {
    try {
      return trainingSources(this.settings);
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  /** @param path of a document of the workspace, as models know it; null is the one that is shown. */
  private async reveal(path: string | null, line: number): Promise<void> {
    const found = path === null ? this.shown?.document.uri : await findFile(path);
    if (found === undefined) return;
    const options = { viewColumn: vscode.ViewColumn.One, selection: new vscode.Range(line, 0, line, 0) };
    await vscode.window.showTextDocument(found, options);
  }

  private tell(error: unknown): void {
    if (error instanceof Cancelled) {
      if (this.reading === null) this.view.post({ type: 'givenUp' });
      return;
    }
    // A death has been told of when it happened.
    if (!(error instanceof UserError || error instanceof ProcessDied)) this.problems.tell(error);
    this.view.post({ type: 'problem', message: error instanceof Error ? error.message : String(error) });
  }
}

/** The document that a page remembers. */
async function openAgain(uri: string): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  } catch {
    const { path } = vscode.Uri.parse(uri);
    const name = path.slice(path.lastIndexOf('/') + 1);
    throw new UserError(vscode.l10n.t('{0} can not be opened any more: look at another file.', name));
  }
}

/** Characters of a document, as the model reads it, before a position. */
function charactersBefore(document: vscode.TextDocument, position: vscode.Position): number {
  const text = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
  return [...text.replaceAll('\r\n', '\n')].length;
}

/** The file of a document's path: relative to its folder, with the folder's name in front where there are several. */
async function findFile(path: string): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = folders.map(({ uri, name }) => {
    const inFolder = folders.length > 1 && path.startsWith(`${name}/`) ? path.slice(name.length + 1) : path;
    return vscode.Uri.joinPath(uri, inFolder);
  });
  for (const uri of candidates) {
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // It is in another folder.
    }
  }
  return undefined;
}
