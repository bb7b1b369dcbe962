import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Generated } from '../../../src/extension/writing/generateFile';
import { openExtension, run, until, workspaceFolder } from './api';
import { readOnly, removeModels } from './project';

const { Automatic, Invoke } = vscode.InlineCompletionTriggerKind;

async function complete(language: string, content: string, triggerKind: vscode.InlineCompletionTriggerKind) {
  const { provider } = await openExtension();
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document);
  const source = new vscode.CancellationTokenSource();
  const context = { triggerKind, selectedCompletionInfo: undefined };
  const position = document.positionAt(content.length);
  return (await provider.provideInlineCompletionItems(document, position, context, source.token)) as unknown[];
}

describe('Before any training, the model that came with the extension', () => {
  before(removeModels);

  it('keeps out of languages that it does not know', async () => {
    const { inference } = await openExtension();
    const asked = inference.requests;
    assert.deepEqual(await complete('sql', 'select * from ', Automatic), []);
    assert.equal(inference.requests, asked);
  });

  it('is the one that knows the language of the document in front', async () => {
    const { models, inference } = await openExtension();
    const source = 'def f(x):\n    if not isinsta';
    await complete('python', source, Automatic);
    await until('the polyglot model', () => models.current?.pretrained?.name === 'polyglot');
    await until('its loading', () => inference.model?.configuration.numLayers === 1);
    assert.ok((await complete('python', source, Automatic)).length > 0);
    await complete('c', 'int main(', Automatic);
    await until('the Linux model', () => models.current?.pretrained?.name === 'linux');
    await until('its loading', () => inference.model?.configuration.numLayers === 2);
  });

  it('completes C', async () => {
    const { inference } = await openExtension();
    const text = '#include <linux/module.h>\n#include <linux/slab.h>\n\nstatic int foo(struct task_str';
    await complete('c', text, Automatic);
    await until('the model', () => inference.model !== null);
    assert.ok((await complete('c', text, Automatic)).length > 0);
  });

  it('answers who asks in any language', async () => {
    await complete('sql', 'select * from ', Invoke);
    const { inference } = await openExtension();
    assert.notEqual(inference.model, null);
  });

  it('generates a file of the kernel', async () => {
    const request = { path: 'drivers/net/foo.c', seed: 1, temperature: 0.3, length: 200 };
    const { document } = await run<Generated>('generateFakeFile', request);
    assert.match(document.getText(), /^\/\/ SPDX-License-Identifier: GPL-2\.0|^\/\*/);
  });

  it('is exported, and is not deleted', async () => {
    const { models } = await openExtension();
    await until('the Linux model', () => models.current?.pretrained?.name === 'linux');
    const out = vscode.Uri.joinPath(workspaceFolder(), 'linux.onnx').fsPath;
    assert.equal(await run('exportModel', out), out);
    assert.ok(statSync(out).size > 1e6);
    await run('deleteModel', { confirmed: true });
    assert.equal(models.current?.pretrained?.name, 'linux');
  });

  it('leaves nothing to resume or to stop', async () => {
    const { problems } = await openExtension();
    assert.equal(await run('resumeTraining'), undefined);
    assert.deepEqual(problems.current, [
      'There is no training that could be resumed: start one with "Train on Workspace".',
    ]);
    assert.equal(await run('stopTraining'), undefined);
    assert.deepEqual(problems.current, ['Nothing is being trained.']);
  });

  it('trains on nothing where there is nothing to read', async () => {
    const { models, training, problems } = await openExtension();
    await readOnly(['nothing/*.c']);
    assert.equal(await run('trainOnWorkspace', { minutes: 0.1 }), undefined);
    assert.equal(problems.current.length, 1);
    assert.match(problems.current[0]!, /(is empty|can be trained on).*\.$/);
    await readOnly(undefined);
    assert.equal(models.current?.own, false);
    assert.equal(training.status, null);
    assert.equal(training.pid, undefined);
  });
});
