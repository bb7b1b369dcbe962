import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openExtension, run } from '../suite/api';
import { chooseGivenModel } from './givenModel';

describe('A virtual workspace', () => {
  it('has no files to train on', async () => {
    const { problems, training } = await openExtension();
    assert.equal(vscode.workspace.workspaceFolders?.[0]?.uri.scheme, 'vscode-vfs');
    await run('trainOnWorkspace', { minutes: 0.1 });
    assert.deepEqual(problems.current, [
      'This workspace has no files on disk to train on: open a folder of this machine and train again.',
    ]);
    assert.equal(training.pid, undefined);
  });

  it('is completed by a model from a file', async () => {
    await chooseGivenModel();
    const { provider, inference } = await openExtension();
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'alpha_beta.c'));
    const asked = inference.requests;
    const end = document.positionAt(document.getText().length);
    const context = { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined };
    const source = new vscode.CancellationTokenSource();
    const items = await provider.provideInlineCompletionItems(document, end, context, source.token);
    assert.ok(Array.isArray(items));
    assert.equal(inference.requests, asked + 1);
  });
});
