import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openExtension, run, workspaceFolder } from './api';
import { readOnly, removeModels } from './project';

describe('Without a model', () => {
  before(removeModels);

  it('offers no completion, and asks for none', async () => {
    const { provider, inference } = await openExtension();
    const asked = inference.requests;
    const document = await vscode.workspace.openTextDocument({ language: 'c', content: 'int main(' });
    const source = new vscode.CancellationTokenSource();
    const context = { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined };
    const items = await provider.provideInlineCompletionItems(
      document,
      new vscode.Position(0, 9),
      context,
      source.token,
    );
    assert.deepEqual(items, []);
    assert.equal(inference.requests, asked);
  });

  it('generates nothing and fails nowhere', async () => {
    await openExtension();
    assert.equal(await run('generateFakeFile', { path: 'a.c' }), undefined);
    assert.equal(await run('exportModel', vscode.Uri.joinPath(workspaceFolder(), 'm.onnx').fsPath), undefined);
    assert.equal(await run('resumeTraining'), undefined);
    assert.equal(await run('stopTraining'), undefined);
  });

  it('trains on nothing where there is nothing to read', async () => {
    const { models, training, problems } = await openExtension();
    await readOnly(['nothing/*.c']);
    assert.equal(await run('trainOnWorkspace', { minutes: 0.1 }), undefined);
    assert.equal(problems.current.length, 1);
    assert.match(problems.current[0]!, /(is empty|can be trained on).*\.$/);
    await readOnly(undefined);
    assert.equal(models.current, null);
    assert.equal(training.status, null);
    assert.equal(training.pid, undefined);
  });
});
