import type { ProgressToken } from 'vscode-jsonrpc/node';
import { normaliseText } from '../../model/corpus/documents';
import { UserError } from '../../model/errors';
import type { InspectedDocument } from '../../model/inspection/inspectedText';
import { type InspectedTexts, inspectTexts, predictText, type ReadProgress } from '../../model/inspection/inspection';
import { InspectionReader } from '../../model/inspection/reader';
import { readReferenceTexts } from '../../model/inspection/referenceTexts';
import { reportCells, reportFindings, reportSelection, reportText, toBase64 } from '../../model/inspection/report';
import type { FindingsReport, SelectionReport } from '../../model/inspection/wire';
import type { Model } from '../../model/onnx/modelFile';
import { Cancelled } from '../errors';
import * as protocol from '../protocol';
import type { Server } from '../server';
import type { LoadedModel } from './loadedModel';

/** Characters of the workspace to find cells on. */
const referenceCharacters = 30_000;

/** What a model thinks of the text that it was last asked about, and of files of the workspace. */
export class Inspections {
  private readonly reader: InspectionReader;
  private shown: { readonly id: number; readonly texts: InspectedTexts } | null = null;
  private references: { readonly key: string; readonly texts: InspectedTexts } | null = null;
  private lastId = 0;
  private readonly ended = new AbortController();

  constructor(private readonly model: Model) {
    this.reader = new InspectionReader(model);
  }

  async read(document: InspectedDocument, cells: boolean, options: ReadProgress): Promise<protocol.InspectTextResult> {
    if (normaliseText(document.text) === '')
      throw new UserError('There is no text to look at: open a file with text in it.');
    if (!cells) {
      const predicted = await predictText(this.reader, this.model, document, this.untilEnded(options));
      return { text: reportText(predicted, this.model), cells: null };
    }
    // The memory of the text before is free again while this one is read.
    this.shown = null;
    const texts = await inspectTexts(this.reader, this.model, [document], this.untilEnded(options));
    const [first] = texts.texts;
    const id = ++this.lastId;
    this.shown = { id, texts };
    return {
      text: reportText(first!, this.model),
      cells: { id, ...reportCells(texts, this.model) },
    };
  }

  cell(id: number, cell: number): { values: string } {
    const { store } = this.textOf(id);
    if (!(Number.isInteger(cell) && cell >= 0 && cell < store.cells)) throw new RangeError(`there is no cell ${cell}`);
    return { values: toBase64(store.row(cell)) };
  }

  window(id: number, from: number, to: number): { values: string } {
    const { store } = this.textOf(id);
    checkRange(from, to, store.length);
    return { values: toBase64(store.window(from, to)) };
  }

  async find(id: number, sources: protocol.SourceOptions | null, progress: ReadProgress): Promise<FindingsReport> {
    const shown = this.textOf(id);
    const options = this.untilEnded(progress);
    return reportFindings(shown, await this.readReferences(sources, options), options);
  }

  async select(params: protocol.SelectRangeParams, options: ReadProgress): Promise<SelectionReport> {
    const { id, from, to, sources } = params;
    const shown = this.textOf(id);
    checkRange(from, to, shown.store.length);
    return reportSelection(shown, await this.readReferences(sources, this.untilEnded(options)), { from, to });
  }

  /** Nobody looks at the text any more: its memory is free again. */
  forget(id: number): void {
    if (this.shown?.id === id) this.shown = null;
  }

  /** Ends what is being read, as if it had been cancelled. */
  end(): void {
    this.ended.abort(new Cancelled());
  }

  /** When nothing is being read any more. */
  async dispose(): Promise<void> {
    await this.reader.dispose();
  }

  private untilEnded({ signal, ...options }: ReadProgress): ReadProgress {
    return { ...options, signal: eitherSignal(signal, this.ended.signal) };
  }

  private textOf(id: number): InspectedTexts {
    if (this.shown?.id !== id) throw new UserError('Another text has been looked at since: open this view again.');
    return this.shown.texts;
  }

  /** Null when there are no files to read. */
  private async readReferences(
    sources: protocol.SourceOptions | null,
    options: ReadProgress,
  ): Promise<InspectedTexts | null> {
    if (sources === null) return null;
    const key = JSON.stringify(sources);
    if (this.references?.key !== key) {
      const { folders, ...rest } = sources;
      const limits = { mostCharacters: referenceCharacters, signal: options.signal };
      const documents = await readReferenceTexts(folders, { ...rest, ...limits });
      const reading = { ...options, mostCharacters: referenceCharacters };
      this.references = { key, texts: await inspectTexts(this.reader, this.model, documents, reading) };
    }
    return this.references.texts.store.length === 0 ? null : this.references.texts;
  }
}

function eitherSignal(first: AbortSignal | undefined, second: AbortSignal): AbortSignal {
  return first === undefined ? second : AbortSignal.any([first, second]);
}

function checkRange(from: number, to: number, length: number): void {
  const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= length;
  if (!isRange) throw new RangeError(`${from} to ${to} is no range of ${length} characters`);
}

/** Answers what is asked about texts. */
export function serveInspections(server: Server, model: () => LoadedModel): void {
  const reporting = (token: ProgressToken, signal: AbortSignal): ReadProgress => ({
    signal,
    onProgress: (done, total) =>
      void server.connection.sendProgress(protocol.inspectionProgress, token, { done, total }).catch(() => {}),
  });
  server.onRequest(protocol.inspectText, ({ document, cells, progressToken }, signal) =>
    model().use(({ inspections }) => inspections.read(document, cells, reporting(progressToken, signal))),
  );
  server.onRequest(protocol.inspectCell, async ({ id, cell }) => model().inspections.cell(id, cell));
  server.onRequest(protocol.inspectWindow, async ({ id, from, to }) => model().inspections.window(id, from, to));
  server.onNotification(protocol.forgetText, ({ id }) => model().inspections.forget(id));
  server.onRequest(protocol.findCells, ({ id, sources, progressToken }, signal) =>
    model().use(({ inspections }) => inspections.find(id, sources, reporting(progressToken, signal))),
  );
  server.onRequest(protocol.selectRange, (params, signal) =>
    model().use(({ inspections }) => inspections.select(params, reporting(params.progressToken, signal))),
  );
}
