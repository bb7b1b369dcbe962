import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Problems } from '../../../src/extension/problems';
import type { Settings } from '../../../src/extension/settings';
import { Inspector } from '../../../src/extension/views/inspector/inspector';
import type { FromInspector, ToInspector } from '../../../src/extension/views/inspector/messages';
import { UserError } from '../../../src/model/errors';
import { Cancelled } from '../../../src/process/errors';
import { FakeInference, fakeModel, textReport } from './fakeInference';
import { fakePanel } from './fakePanel';
import { Uri, window, workspace } from './vscode';

let inference: FakeInference;
let inspector: Inspector;
const openTab = fakePanel<ToInspector, FromInspector>;
let tab: ReturnType<typeof openTab>;
const tell = vi.fn();

beforeEach(() => {
  tell.mockReset();
  inference = new FakeInference();
  const settings = { get: (name: string) => (name === 'maxFileSize' ? 1000 : []) } as unknown as Settings;
  tab = openTab();
  window.createWebviewPanel = () => tab.panel;
  inspector = new Inspector(Uri.file('/extension') as never, inference.asInference, settings, {
    tell,
  } as unknown as Problems);
});
afterEach(() => {
  inspector.dispose();
  workspace.workspaceFolders = undefined;
  workspace.isTrusted = true;
});

function openDocument(name: string, text = 'abc') {
  const document = {
    ...{ uri: Uri.file(`/project/${name}`), fileName: `/project/${name}`, version: 1 },
    getText: (range?: unknown) => (range === undefined ? text : ''),
  };
  const nowhere = { line: 0, character: 0 };
  window.activeTextEditor = { document, selection: { start: nowhere, end: nowhere } };
  return document;
}

const cellsOf = (id: number, hiddenSize = 8) => ({
  ...{ id, cellType: 'lstm', numLayers: 1, hiddenSize, characters: 3, saturation: [] },
});
const read = (bits: number, id: number | null, isCut = false) => ({
  text: textReport('abc', bits, isCut),
  cells: id === null ? null : cellsOf(id),
});

/** Shows a document with its cells. */
async function showNeurons(name: string, id: number) {
  const document = openDocument(name);
  const shown = inspector.show('neurons');
  await tab.send({ type: 'ready' });
  await inference.latest.answer(read(id, id));
  await shown;
  return document;
}

test('a text is sent once, with the name of the model that read it', async () => {
  await showNeurons('a.c', 1);
  expect(tab.posted.map(({ type }) => type)).toEqual(['reading', 'text', 'cells', 'show'].slice(-tab.posted.length));
  const { id, model } = tab.last('text')!;
  expect(model).toBe('LSTM 1 × 8');
  // What a page on Neurons says when it gets a text: its cells are on their way.
  await tab.send({ type: 'needCells' });
  expect(tab.count('text')).toBe(1);
  expect(inference.requests).toHaveLength(1);

  inference.load(fakeModel(16));
  await tab.send({ type: 'ready' });
  expect(tab.last('text')).toMatchObject({ id, model: 'LSTM 1 × 8' });
});

test('after a reading that failed the page says why, and goes on', async () => {
  openDocument('empty.c', '');
  const failing = inspector.show('guesses');
  const rejected = expect(failing).rejects.toThrow('There is nothing in it.');
  await inference.latest.fail(new UserError('There is nothing in it.'));
  await rejected;
  // The page was loaded only then.
  await tab.send({ type: 'ready' });
  expect(tab.last('problem')?.message).toBe('There is nothing in it.');

  workspace.openTextDocument = async () => openDocument('a.c');
  await tab.send({ type: 'restore', uri: 'file:///project/a.c' });
  await inference.latest.answer(read(1, null));
  expect(tab.last('text')?.uri).toBe('file:///project/a.c');
  await tab.send({ type: 'needCells' });
  await inference.latest.answer(read(1, 1));
  expect(tab.count('cells')).toBe(1);
});

test('a document that is gone is no mistake of ours', async () => {
  openDocument('a.c');
  const shown = inspector.show('guesses');
  await tab.send({ type: 'ready' });
  await inference.latest.fail(new UserError('No.'));
  await expect(shown).rejects.toThrow('No.');
  workspace.openTextDocument = async () => Promise.reject(new Error('cannot open file:///project/gone.c'));
  await tab.send({ type: 'restore', uri: 'file:///project/gone.c' });
  expect(tab.last('problem')?.message).toMatch(/^gone\.c can not be opened any more/);
  expect(tell).not.toHaveBeenCalled();
});

test('with another model everything is read anew before anything is asked about it', async () => {
  await showNeurons('a.c', 1);
  const { id } = tab.last('text')!;
  inference.load(fakeModel(2));
  await tab.send({ type: 'cell', id, cell: 7 });
  await tab.send({ type: 'window', id, from: 0, to: 3 });
  expect(inference.requests.map(({ method }) => method)).toEqual(['inference/inspectText', 'inference/inspectText']);
  await inference.latest.answer({ text: textReport('abc', 9), cells: cellsOf(1, 2) });
  expect(inference.requests).toHaveLength(2);
  expect(tab.last('cells')?.cells.hiddenSize).toBe(2);
  expect(tab.last('text')?.model).toBe('LSTM 1 × 2');
  await tab.send({ type: 'cell', id: tab.last('text')!.id, cell: 1 });
  expect(inference.latest).toMatchObject({ method: 'inference/inspectCell', params: { id: 1, cell: 1 } });
});

test('a model that is replaced while it reads is followed by the reading of the next one', async () => {
  openDocument('a.c');
  const shown = inspector.show('guesses');
  await tab.send({ type: 'ready' });
  inference.load(null);
  await inference.latest.fail(new Cancelled());
  inference.load(fakeModel(2));
  expect(inference.requests).toHaveLength(2);
  await inference.latest.answer(read(3, null));
  await shown;
  expect(tab.last('text')?.model).toBe('LSTM 1 × 2');
});

test('cells that are not known any more are read again for who asks about them', async () => {
  const document = await showNeurons('a.c', 1);
  document.version = 2;
  const shown = inspector.show('guesses');
  await inference.latest.answer(read(1, null));
  await shown;
  await tab.send({ type: 'cell', id: tab.last('text')!.id, cell: 3 });
  expect(inference.latest.params).toMatchObject({ cells: true });
  await inference.latest.answer(read(1, 2));
  expect(tab.count('cells')).toBe(2);
});

test('a text that is there is shown at once, and stays', async () => {
  const document = await showNeurons('a.c', 1);
  const front = window.activeTextEditor;
  openDocument('b.c');
  const other = expect(inspector.show('guesses')).rejects.toThrow(Cancelled);
  window.activeTextEditor = front;
  await inspector.show('guesses');
  await other;
  expect(inference.latest.isCancelled).toBe(true);
  expect(tab.last('text')?.uri).toBe(document.uri.toString());
});

test('an answer about one text does not appear under the next', async () => {
  await showNeurons('a.c', 1);
  const { id } = tab.last('text')!;
  await tab.send({ type: 'select', id, from: 0, to: 1 });
  const asked = inference.latest;
  openDocument('b.c');
  const shown = inspector.show('neurons');
  await inference.latest.answer(read(2, 2));
  await shown;
  expect(asked.isCancelled).toBe(true);
  expect(tab.last('text')?.uri).toBe('file:///project/b.c');
  // Nor is a request that the page sent before it had the next one.
  const before = inference.requests.length;
  await tab.send({ type: 'select', id, from: 0, to: 1 });
  expect(inference.requests).toHaveLength(before);
  expect(tab.count('selection')).toBe(0);
});

test('closing the tab ends what is being read and asked, and frees the memory', async () => {
  await showNeurons('a.c', 1);
  await tab.send({ type: 'find', id: tab.last('text')!.id });
  const asked = inference.latest;
  await tab.close();
  expect(asked.isCancelled).toBe(true);
  expect(inference.notified).toEqual(['inference/forgetText']);

  tab = openTab();
  openDocument('b.c');
  const shown = inspector.show('guesses');
  const cancelled = expect(shown).rejects.toThrow(Cancelled);
  await tab.close();
  await cancelled;
  expect(inference.latest.isCancelled).toBe(true);
  expect(tell).not.toHaveBeenCalled();
});

test('guesses of a text that is too long for its cells are read to the end', async () => {
  const document = openDocument('a.c');
  const neurons = inspector.show('neurons');
  await tab.send({ type: 'ready' });
  await inference.latest.answer(read(1, 1, true));
  await neurons;
  const guesses = inspector.show('guesses');
  expect(inference.latest.params).toMatchObject({ cells: false });
  await inference.latest.answer(read(1, null, true));
  await guesses;
  // What even guesses do not reach is not tried again.
  await inspector.show('guesses');
  expect(inference.requests).toHaveLength(2);
  expect(document.version).toBe(1);
});

test('with the view in front the editor beside it is looked at', async () => {
  openDocument('a.c');
  window.visibleTextEditors = [window.activeTextEditor];
  window.activeTextEditor = undefined;
  void inspector.show('neurons').catch(() => {});
  expect(inference.latest.params).toMatchObject({ document: { path: 'a.c' }, cells: true });
  window.visibleTextEditors = [];
  await expect(inspector.show('neurons')).rejects.toThrow('open a file');
});

test('files of the workspace are read in a trusted one alone', async () => {
  workspace.workspaceFolders = [{ uri: Uri.file('/project'), name: 'project' }];
  await showNeurons('a.c', 1);
  const { id } = tab.last('text')!;
  await tab.send({ type: 'find', id });
  expect(inference.latest.params.sources).toMatchObject({ folders: ['/project'] });
  workspace.isTrusted = false;
  await tab.send({ type: 'find', id });
  expect(inference.latest.params.sources).toBeNull();
});
