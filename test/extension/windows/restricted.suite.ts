import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Generated } from '../../../src/extension/writing/generateFile';
import { openExtension, run, workspaceFolder } from '../suite/api';
import { chooseGivenModel } from './givenModel';

describe('Restricted Mode', () => {
  it('trains nothing and says why', async () => {
    const { problems, training, models } = await openExtension();
    assert.equal(vscode.workspace.isTrusted, false);
    for (const command of ['trainOnWorkspace', 'resumeTraining']) {
      await run(command);
      assert.deepEqual(problems.current, [
        'Nothing is trained in Restricted Mode: trust this workspace and train again.',
      ]);
    }
    assert.equal(training.pid, undefined);
    assert.equal(models.current?.pretrained?.name, 'linux');
  });

  it('takes no Node from the settings of the folder', async () => {
    const { settings } = await openExtension();
    assert.equal(vscode.workspace.getConfiguration('files').get('eol'), '\r\n', 'the settings of the folder hold');
    assert.equal(settings.get('nodePath'), '');
  });

  it('completes and writes with a model from a file', async () => {
    await chooseGivenModel();
    const { provider } = await openExtension();
    const uri = vscode.Uri.joinPath(workspaceFolder(), 'alpha_beta.c');
    const document = await vscode.workspace.openTextDocument(uri);
    const position = document.positionAt(document.getText().indexOf('return -EIN') + 'return -EIN'.length);
    const context = { triggerKind: vscode.InlineCompletionTriggerKind.Invoke, selectedCompletionInfo: undefined };
    const source = new vscode.CancellationTokenSource();
    const items = await provider.provideInlineCompletionItems(document, position, context, source.token);
    assert.ok(Array.isArray(items));
    const generated = await run<Generated>('generateFakeFile', { path: 'src/alpha.c', length: 60, seed: 1 });
    assert.notEqual(generated.document.getText(), '');
  });
});
