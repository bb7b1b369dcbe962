import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Problems } from '../../../src/extension/problems';
import { HeatMap } from '../../../src/extension/surprise/heatMap';
import { showSurprisingPlaces } from '../../../src/extension/surprise/surprisingPlaces';
import { Cancelled } from '../../../src/process/errors';
import { FakeInference, fakeModel, settle, textReport } from './fakeInference';
import { events, Uri, window } from './vscode';

let inference: FakeInference;
let heatMap: HeatMap;
const tell = vi.fn();

beforeEach(() => {
  tell.mockReset();
  inference = new FakeInference();
  heatMap = new HeatMap(inference.asInference, { tell } as unknown as Problems);
});
afterEach(() => {
  heatMap.dispose();
  vi.useRealTimers();
});

interface FakeDocument {
  readonly uri: Uri;
  readonly languageId: string;
  version: number;
  text: string;
  getText(): string;
  lineAt(line: number): { text: string };
}

function openDocument(name: string, text = 'abc'): FakeDocument {
  return {
    ...{ uri: Uri.file(`/project/${name}`), languageId: 'c', version: 1, text },
    getText() {
      return this.text;
    },
    lineAt(line) {
      const lines = this.text.split('\n');
      if (lines[line] === undefined) throw new Error('Illegal value for `line`');
      return { text: lines[line] };
    },
  };
}

/** An editor that knows how many of its parts are coloured. */
function showEditors(...documents: FakeDocument[]): { coloured(): number }[] {
  const editors = documents.map((document) => {
    const parts = new Map<object, number>();
    return {
      document,
      setDecorations: (level: object, ranges: object[]) => parts.set(level, ranges.length),
      coloured: () => [...parts.values()].reduce((sum, count) => sum + count, 0),
    };
  });
  window.visibleTextEditors = editors;
  events.visibleEditors.fire(editors);
  return editors;
}

const answer = { text: textReport('abc'), cells: null };

test('a new model is asked once for each document, however often the process tells of itself', async () => {
  const document = openDocument('a.c');
  const [editor] = showEditors(document);
  heatMap.toggle();
  await inference.latest.answer(answer);
  expect(editor!.coloured()).toBe(1);

  inference.load(null);
  inference.load(fakeModel(16));
  await settle();
  expect(inference.requests).toHaveLength(2);
  expect(inference.latest.isCancelled).toBe(false);
  await inference.latest.answer(answer);
  await settle();
  expect(inference.requests).toHaveLength(2);
});

test('a document that is open but not shown keeps nobody busy after the model has changed', async () => {
  showEditors(openDocument('a.c'));
  heatMap.toggle();
  await inference.latest.answer(answer);
  showEditors(openDocument('b.c'));
  await inference.latest.answer(answer);
  inference.load(fakeModel(16));
  await inference.latest.answer(answer);
  await settle();
  expect(inference.requests).toHaveLength(3);
});

test('a document in two editors is read once and coloured in both', async () => {
  const document = openDocument('a.c');
  const [left, right] = showEditors(document, document);
  heatMap.toggle();
  expect(inference.requests).toHaveLength(1);
  showEditors(document, document, openDocument('b.c'));
  expect(inference.requests).toHaveLength(2);
  const places = heatMap.surpriseOf(document as never);
  await inference.requests[0]!.answer(answer);
  await expect(places).resolves.toMatchObject({ text: { characters: ['a', 'b', 'c'] } });
  expect([left!.coloured(), right!.coloured()]).toEqual([1, 1]);
});

test('an edit ends the reading, and the text is read again at rest', async () => {
  vi.useFakeTimers();
  const document = openDocument('a.c');
  const [editor] = showEditors(document);
  heatMap.toggle();
  document.version = 2;
  document.text = 'abcd';
  events.edited.fire({ document });
  expect(inference.latest.isCancelled).toBe(true);
  await settle();
  expect(inference.requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(inference.latest.params).toMatchObject({ document: { text: 'abcd' } });
  await inference.latest.answer({ text: textReport('abcd'), cells: null });
  expect(editor!.coloured()).toBe(1);
  heatMap.toggle();
  expect(editor!.coloured()).toBe(0);
  expect(tell).not.toHaveBeenCalled();
});

test('a reading that was taken back may be asked for again at once', async () => {
  const [editor] = showEditors(openDocument('a.c'));
  heatMap.toggle();
  heatMap.toggle();
  heatMap.toggle();
  expect(inference.requests.map(({ isCancelled }) => isCancelled)).toEqual([true, false]);
  await inference.latest.answer(answer);
  expect(editor!.coloured()).toBe(1);
});

test('the list of places is given up when its lines are deleted meanwhile, though no heat map is shown', async () => {
  const document = openDocument('a.c', 'abc\nabc');
  window.activeTextEditor = { document, visibleRanges: [] };
  const listed = showSurprisingPlaces(heatMap);
  document.version = 2;
  document.text = '';
  events.edited.fire({ document });
  await expect(listed).rejects.toThrow(Cancelled);
  expect(inference.latest.isCancelled).toBe(true);
});
