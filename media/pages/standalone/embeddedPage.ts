import type { FromInspector, ToInspector } from '../../../src/extension/views/inspector/messages';
import { toInt8 } from '../../../src/model/inspection/bytes';
import { CellStore } from '../../../src/model/inspection/cellStore';
import type { EmbeddedInspection } from '../../../src/model/inspection/embedded';
import { reportPlace } from '../../../src/model/inspection/placeReport';
import { cellsOnIn, similarPlaces } from '../../../src/model/inspection/selection';
import type { SelectionReport } from '../../../src/model/inspection/wire';
import { type InspectorState, initialState } from '../inspector/inspector';
import * as l10n from '../shared/l10n';
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
        return { type: 'cell', cell: message.cell, values: rows[message.cell] ?? toBase64(store.row(message.cell)) };
      case 'window': {
        // As much of the text as was asked for, as near as it is known.
        const to = Math.min(message.to, windowLength);
        const from = Math.max(0, to - (message.to - message.from));
        return { type: 'window', from, to, values: toBase64(store.window(from, to)) };
      }
      case 'find':
        return { type: 'findings', report: findings };
      case 'select': {
        const { from, to } = message;
        if (to > windowLength) return { type: 'problem', message: unknownSentence(windowLength) };
        return { type: 'selection', from, to, report: selectionOf(store, characters, text.path, { from, to }) };
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
      receive({ type: 'text', id: 1, model, uri: null, text });
      receive({ type: 'cells', cells });
      receive({ type: 'findings', report: findings });
    },
  };
}

function unknownSentence(windowLength: number): string {
  return l10n.t(
    'What all cells did is known here for the first {0} characters alone: select some of those.',
    windowLength.toLocaleString(l10n.language()),
  );
}

/** Of the characters whose cells are in the file. */
function selectionOf(
  store: CellStore,
  characters: readonly string[],
  path: string | null,
  range: { readonly from: number; readonly to: number },
): SelectionReport {
  const cells = cellsOnIn(store, range, { start: 0, end: store.length });
  const texts = [{ start: 0, text: { characters: { length: store.length } } }];
  const places = similarPlaces({ texts, store }, cells, range.to - range.from, { except: range });
  return { cells, places: places.map((place) => reportPlace({ path, characters }, place)), searched: null };
}

function toBase64(values: Int8Array): string {
  let binary = '';
  for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}
