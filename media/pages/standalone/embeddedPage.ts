import type { FromInspector, ToInspector } from '../../../src/extension/views/inspector/messages';
import { CellStore } from '../../../src/model/inspection/cellStore';
import type { EmbeddedInspection } from '../../../src/model/inspection/embedded';
import { reportPlace } from '../../../src/model/inspection/placeReport';
import { cellsOnIn, similarPlaces } from '../../../src/model/inspection/selection';
import type { SelectionReport } from '../../../src/model/inspection/wire';
import { toInt8 } from '../inspector/bytes';
import { type InspectorState, initialState } from '../inspector/inspector';
import type { Page } from '../shared/page';

/** Answers the page from what is in the file, as the extension answers it in the editor. */
export function embeddedPage(
  inspection: EmbeddedInspection,
  receive: (message: ToInspector) => void,
): { page: Page<FromInspector, InspectorState>; start(): void } {
  const { model, text, cells, findings, rows, windowLength } = inspection;
  const count = cells.numLayers * cells.hiddenSize;
  const store = CellStore.of(count, windowLength, toInt8(inspection.window));
  const characters = [...text.text];
  const best = findings.findings.find(({ cells }) => cells.length > 0)?.cells[0]?.cell ?? 0;
  let state: InspectorState = { ...initialState, cell: best };

  const answer = (message: FromInspector): ToInspector | null => {
    switch (message.type) {
      case 'cell':
        return { ...message, values: rows[message.cell] ?? toBase64(store.row(message.cell)) };
      case 'window': {
        const to = Math.min(message.to, windowLength);
        const from = Math.max(0, Math.min(message.from, to - 1));
        return { type: 'window', from, to, values: toBase64(store.window(from, to)) };
      }
      case 'find':
        return { type: 'findings', report: findings };
      case 'select': {
        const range = { from: Math.min(message.from, windowLength), to: Math.min(message.to, windowLength) };
        return { ...message, type: 'selection', report: selectionOf(store, characters, text.path, range) };
      }
      default:
        return null;
    }
  };
  return {
    page: {
      send(message) {
        const answered = answer(message);
        if (answered !== null) queueMicrotask(() => receive(answered));
      },
      get state() {
        return state;
      },
      remember(change) {
        state = { ...state, ...change };
      },
    },
    start() {
      receive({ type: 'text', model, uri: null, text });
      receive({ type: 'cells', cells });
      receive({ type: 'findings', report: findings });
    },
  };
}

/** Of the characters whose cells are in the file. */
function selectionOf(
  store: CellStore,
  characters: readonly string[],
  path: string | null,
  range: { readonly from: number; readonly to: number },
): SelectionReport {
  if (range.to <= range.from) return { cells: [], places: [] };
  const cells = cellsOnIn(store, range, { start: 0, end: store.length });
  const texts = [{ start: 0, text: { characters: { length: store.length } } }];
  const places = similarPlaces({ texts, store }, cells, range.to - range.from, { except: range });
  return { cells, places: places.map((place) => reportPlace({ path, characters }, place)) };
}

function toBase64(values: Int8Array): string {
  let binary = '';
  for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}
