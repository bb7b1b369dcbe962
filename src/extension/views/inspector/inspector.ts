import * as vscode from 'vscode';
import type { ProgressToken, RequestType } from 'vscode-jsonrpc/node';
import { UserError } from '../../../model/errors';
import type { TextReport } from '../../../model/inspection/wire';
import { modelName } from '../../../model/lstm/modelName';
import { Cancelled, ProcessDied } from '../../../process/errors';
import * as protocol from '../../../process/protocol';
import { pathOf } from '../../completions/documentText';
import type { Inference } from '../../models/inference';
import type { Problems } from '../../problems';
import type { Settings } from '../../settings';
import { View } from '../view';
import type { FromInspector, Panel, ToInspector } from './messages';

type Cells = NonNullable<protocol.InspectTextResult['cells']>;

/** What the page shows: a document with what was read of it, and by which model. */
interface Shown {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly model: protocol.ModelInfo | null;
  readonly text: TextReport;
  readonly cells: Cells | null;
}

/** Shows what the model expects in a document, and what its cells do while it reads. */
export class Inspector implements vscode.Disposable {
  private readonly view: View<ToInspector, FromInspector>;
  private shown: Shown | null = null;
  /** What to show when there is something. */
  private wanted: Extract<ToInspector, { type: 'show' }> | null = null;
  private reading: vscode.CancellationTokenSource | null = null;

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
      onMessage: (message) => void this.answer(message).catch((error: unknown) => this.tell(error)),
    });
  }

  /** Opens the view on the editor in front; what is selected there is selected in the view. */
  async show(panel: Panel): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) throw new UserError(vscode.l10n.t('There is no text to look at: open a file.'));
    const { document, selection } = editor;
    const [from, to] = [selection.start, selection.end].map((position) => charactersBefore(document, position));
    this.wanted = { type: 'show', panel, from: from!, to: to! };
    this.view.show(vscode.ViewColumn.Beside);
    await this.read(document, panel !== 'guesses');
  }

  dispose(): void {
    this.reading?.cancel();
    this.view.dispose();
  }

  /** Reads a document, unless that was done already, and sends what there is to know. */
  private async read(document: vscode.TextDocument, cells: boolean): Promise<Shown | null> {
    if (!this.isCurrent(document, cells)) {
      this.reading?.cancel();
      const cancel = new vscode.CancellationTokenSource();
      this.reading = cancel;
      const { version } = document;
      const name = pathOf(document) ?? document.fileName;
      const progress = ({ done, total }: protocol.InspectionProgress) =>
        this.view.post({ type: 'reading', path: name, done, total });
      progress({ done: 0, total: 1 });
      const result = await this.inference.requestWithProgress(
        protocol.inspectText,
        { document: { path: pathOf(document), text: document.getText() }, cells },
        protocol.inspectionProgress,
        progress,
        cancel.token,
      );
      if (this.reading !== cancel) return null;
      this.reading = null;
      this.shown = { document, version, model: this.inference.model, ...result };
    }
    this.sendAll();
    return this.shown;
  }

  private isCurrent(document: vscode.TextDocument, cells: boolean): boolean {
    const { shown } = this;
    const isSame = shown?.document === document && shown.version === document.version;
    return isSame && shown.model === this.inference.model && (shown.cells !== null || !cells);
  }

  private sendAll(): void {
    const { shown } = this;
    if (shown === null) return;
    const { document, text, cells } = shown;
    this.view.post({ type: 'text', model: this.shownModel(), uri: document.uri.toString(), text });
    if (cells !== null) this.view.post({ type: 'cells', cells });
    if (this.wanted !== null && this.view.isShown) {
      this.view.post(this.wanted);
      this.wanted = null;
    }
  }

  private shownModel(): string {
    const configuration = this.inference.model?.configuration;
    return configuration === undefined ? '' : modelName(configuration);
  }

  private async answer(message: FromInspector): Promise<void> {
    switch (message.type) {
      case 'restore':
        if (this.shown === null && this.reading === null) {
          await this.read(await vscode.workspace.openTextDocument(vscode.Uri.parse(message.uri)), false);
        }
        break;
      case 'needCells':
        if (this.shown !== null && this.reading === null) await this.read(this.shown.document, true);
        break;
      case 'cell': {
        const { id } = await this.cells();
        const { values } = await this.inference.request(protocol.inspectCell, { id, cell: message.cell });
        this.view.post({ type: 'cell', cell: message.cell, values });
        break;
      }
      case 'window': {
        const { id } = await this.cells();
        const { from, to } = message;
        const { values } = await this.inference.request(protocol.inspectWindow, { id, from, to });
        this.view.post({ type: 'window', from, to, values });
        break;
      }
      case 'find': {
        const { id } = await this.cells();
        const params = { id, sources: this.sources() };
        const report = await this.requestReading(protocol.findCells, params);
        this.view.post({ type: 'findings', report });
        break;
      }
      case 'select': {
        const { id } = await this.cells();
        const { from, to } = message;
        const params = { id, from, to, sources: this.sources() };
        const report = await this.requestReading(protocol.selectRange, params);
        this.view.post({ type: 'selection', from, to, report });
        break;
      }
      case 'reveal':
        await this.reveal(message.path, message.line);
    }
  }

  /** Of the text that is shown. */
  private async cells(): Promise<Cells> {
    const { shown } = this;
    if (shown === null) throw new UserError(vscode.l10n.t('There is no text to look at: open a file.'));
    // A model that was loaded anew knows nothing of what the one before it read.
    const read = shown.model === this.inference.model ? shown : await this.read(shown.document, true);
    if (read?.cells == null) throw new Cancelled();
    return read.cells;
  }

  private requestReading<P extends { readonly progressToken: ProgressToken }, R>(
    type: RequestType<P, R, void>,
    params: Omit<P, 'progressToken'>,
  ): Promise<R> {
    return this.inference.requestWithProgress(type, params, protocol.inspectionProgress, ({ done, total }) =>
      this.view.post({ type: 'finding', share: done / total }),
    );
  }

  /** The files of the workspace that a training would read; null where there are none on disk. */
  private sources(): protocol.SourceOptions | null {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    if (folders.length === 0) return null;
    const [include, exclude] = [this.settings.get('include'), this.settings.get('exclude')];
    return {
      folders: folders.map(({ uri }) => uri.fsPath),
      ...(include.length > 0 && { include }),
      ...(exclude.length > 0 && { exclude }),
      maxFileSize: 1000 * this.settings.get('maxFileSize'),
    };
  }

  /** @param path of a document of the workspace, as models know it; null is the one that is shown. */
  private async reveal(path: string | null, line: number): Promise<void> {
    const found = path === null ? this.shown?.document.uri : await findFile(path);
    if (found === undefined) return;
    const options = { viewColumn: vscode.ViewColumn.One, selection: new vscode.Range(line, 0, line, 0) };
    await vscode.window.showTextDocument(found, options);
  }

  private tell(error: unknown): void {
    if (error instanceof Cancelled) return;
    // A death has been told of when it happened.
    if (!(error instanceof UserError || error instanceof ProcessDied)) this.problems.tell(error);
    this.view.post({ type: 'problem', message: error instanceof Error ? error.message : String(error) });
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
