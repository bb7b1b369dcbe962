import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ModelStore } from '../../../src/extension/models/modelStore';
import { useTemporaryFolder } from '../files/temporaryFolder';
import { Uri } from './vscode';

const inFolder = useTemporaryFolder();
const documentOf = (path: string, languageId: string) => ({ uri: Uri.file(path), languageId }) as never;

/** A window in which nothing is trained yet, with the names of the models that became the current one. */
async function openStore() {
  const values = new Map<string, unknown>();
  const workspaceState = {
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown) => void values.set(key, value),
  };
  const store = new ModelStore({ workspaceState, storageUri: { fsPath: inFolder('storage') } } as never);
  const changes: (string | undefined)[] = [];
  store.onDidChange((model) => changes.push(model?.pretrained?.name ?? model?.path));
  await store.refresh();
  return { store, changes };
}

it('goes over to the model that knows the language, and stays where none does', async () => {
  const { store, changes } = await openStore();
  for (const [path, languageId] of [
    ['/w/main.py', 'python'],
    ['/w/main.ts', 'typescript'],
    ['/w/page.html', 'html'],
    ['/w/driver.c', 'c'],
    ['/w/driver.h', 'cpp'],
    ['/w/engine.cpp', 'cpp'],
    ['/w/notes.txt', 'plaintext'],
  ] as const) {
    store.fitTo(documentOf(path, languageId));
  }
  expect(changes).toEqual(['linux', 'polyglot', 'linux', 'polyglot']);
  await store.refresh();
  expect(store.current?.pretrained?.name).toBe('polyglot');
});

it('stays with what was chosen', async () => {
  const { store, changes } = await openStore();
  await store.choose('linux');
  store.fitTo(documentOf('/w/main.py', 'python'));
  expect(changes).toEqual(['linux', 'linux']);
});

it('stays with what was trained here', async () => {
  const { store } = await openStore();
  const folder = join(store.folder, '2026-01-01T00-00-00');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), '');
  await store.refresh();
  store.fitTo(documentOf('/w/main.py', 'python'));
  expect(store.current).toEqual({ path: folder, own: true, pretrained: null });
});
