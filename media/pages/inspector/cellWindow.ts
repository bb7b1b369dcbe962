import { toInt8 } from '../../../src/model/inspection/bytes';

/** What all cells did at some characters: Int8 [cells, to − from]. */
export interface CellWindow {
  readonly from: number;
  readonly to: number;
  readonly values: Int8Array;
}

export function unpackWindow(from: number, to: number, values: string): CellWindow {
  return { from, to, values: toInt8(values) };
}
