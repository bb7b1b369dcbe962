import type { CellsReport, FindingsReport, SelectionReport, TextReport } from '../../../model/inspection/wire';

// What the inspector and its page say to each other; see wire.ts for the reports.

/** What the page can show. */
export type Panel = 'guesses' | 'neurons' | 'wall' | 'gates';

/** To the page. */
export type ToInspector =
  /** A text is being read, so many characters of it; what was shown before is over. */
  | { readonly type: 'reading'; readonly path: string; readonly done: number; readonly total: number }
  | {
      readonly type: 'text';
      /** What requests about it say that they mean: a text that was read anew has another one. */
      readonly id: number;
      readonly model: string;
      /** Of the document, null where the text stands by itself. */
      readonly uri: string | null;
      readonly text: TextReport;
    }
  | { readonly type: 'cells'; readonly cells: CellsReport }
  /** The answer to the request of the same type: Int8 [N]. */
  | { readonly type: 'cell'; readonly cell: number; readonly values: string }
  /** Int8 [cells, to − from] */
  | { readonly type: 'window'; readonly from: number; readonly to: number; readonly values: string }
  /** How much of the files to find cells on has been read, from 0 to 1. */
  | { readonly type: 'finding'; readonly share: number }
  | { readonly type: 'findings'; readonly report: FindingsReport }
  | { readonly type: 'selection'; readonly from: number; readonly to: number; readonly report: SelectionReport }
  /** Shows a panel, and some characters of the text. */
  | { readonly type: 'show'; readonly panel: Panel; readonly from: number; readonly to: number }
  /** A request could not be answered, in one sentence. */
  | { readonly type: 'problem'; readonly message: string }
  /** What was being read or looked for was given up. */
  | { readonly type: 'givenUp' };

/** A request about the text of this id; if another one is shown meanwhile it is not answered. */
interface AboutText {
  readonly id: number;
}

/** From the page. */
export type FromInspector =
  /** The page remembers a document that it showed, and knows nothing else any more. */
  | { readonly type: 'restore'; readonly uri: string }
  /** The cells of the text are wanted as well. */
  | { readonly type: 'needCells' }
  | (AboutText & { readonly type: 'cell'; readonly cell: number })
  | (AboutText & { readonly type: 'window'; readonly from: number; readonly to: number })
  | (AboutText & { readonly type: 'find' })
  | (AboutText & { readonly type: 'select'; readonly from: number; readonly to: number })
  /** Shows a place in an editor: characters from 0 of a line from 0. */
  | { readonly type: 'reveal'; readonly path: string | null; readonly line: number };
