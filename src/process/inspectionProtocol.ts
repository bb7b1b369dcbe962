import { NotificationType, type ProgressToken, ProgressType, RequestType } from 'vscode-jsonrpc/node';
import type { InspectedDocument } from '../model/inspection/inspectedText';
import type { CellsReport, FindingsReport, SelectionReport, TextReport } from '../model/inspection/wire';
import type { SourceOptions } from './protocol';

// What is asked of an inference process about a text that the model reads. The process keeps the text that was read
// last with all that its cells did; a request about an earlier one fails with a sentence.

export interface InspectTextParams {
  readonly progressToken: ProgressToken;
  readonly document: InspectedDocument;
  /** Whether to keep what the cells did; else only what was expected at each character is told, in half the time. */
  readonly cells: boolean;
}

export interface InspectTextResult {
  readonly text: TextReport;
  /** Null if they were not asked for. */
  readonly cells: (CellsReport & { readonly id: number }) | null;
}

/** How much has been read, in characters. */
export interface InspectionProgress {
  readonly done: number;
  readonly total: number;
}
export const inspectionProgress = new ProgressType<InspectionProgress>();

/** Reads a text. Cancelling it answers with `cancelledCode`, and so does another model that is loaded. */
export const inspectText = new RequestType<InspectTextParams, InspectTextResult, void>('inference/inspectText');

/** A text whose cells are kept. */
interface InspectionId {
  readonly id: number;
}

/** The text is not looked at any more. */
export const forgetText = new NotificationType<InspectionId>('inference/forgetText');

/** What one cell did: Int8 [N], in 127ths. */
export const inspectCell = new RequestType<InspectionId & { readonly cell: number }, { readonly values: string }, void>(
  'inference/inspectCell',
);

/** What all cells did at the characters from `from` to `to`: Int8 [cells, to − from]. */
export const inspectWindow = new RequestType<
  InspectionId & { readonly from: number; readonly to: number },
  { readonly values: string },
  void
>('inference/inspectWindow');

export interface FindCellsParams extends InspectionId {
  readonly progressToken: ProgressToken;
  /** Files to find cells on, read once; null: on the text alone. */
  readonly sources: SourceOptions | null;
}

/** The cells that tell best where each of some properties holds. */
export const findCells = new RequestType<FindCellsParams, FindingsReport, void>('inference/findCells');

export interface SelectRangeParams extends InspectionId {
  readonly progressToken: ProgressToken;
  readonly from: number;
  readonly to: number;
  /** Files in which to look for places alike, besides the text; null: none. */
  readonly sources: SourceOptions | null;
}

/** The cells that are on in a range of the text, and where else they are on. */
export const selectRange = new RequestType<SelectRangeParams, SelectionReport, void>('inference/selectRange');
