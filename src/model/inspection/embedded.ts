import type { Base64, CellsReport, FindingsReport, TextReport } from './wire';

/** All that a page shows which stands by itself: what the editor's page would ask for, as far as it fits a file. */
export interface EmbeddedInspection {
  /** Such as "LSTM 2 × 512". */
  readonly model: string;
  readonly text: TextReport;
  readonly cells: CellsReport;
  readonly findings: FindingsReport;
  /** Int8 [cells, M]: what all cells did at the first M characters. */
  readonly window: Base64;
  /** M */
  readonly windowLength: number;
  /** Int8 [N] by the index of a cell: those that were found. */
  readonly rows: Readonly<Record<number, Base64>>;
}
