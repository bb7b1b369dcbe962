import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import * as vscode from 'vscode';
import { openExtension, run, until, workspaceFolder } from './api';
import { ensureModel } from './project';

describe('Models', () => {
  before(ensureModel);

  it('are exported to a file of their own', async () => {
    await openExtension();
    const out = vscode.Uri.joinPath(workspaceFolder(), 'exported.onnx').fsPath;
    assert.equal(await run('exportModel', out), out);
    assert.ok(statSync(out).size > 10_000);
  });

  it('are chosen, and a damaged one is told of while an earlier one still works', async () => {
    const { inference, models, statusBar } = await openExtension();
    const own = models.current!.path;
    const damaged = vscode.Uri.joinPath(workspaceFolder(), 'damaged.onnx');
    await vscode.workspace.fs.writeFile(damaged, Buffer.from('no model at all'));
    await run('chooseModel', damaged.fsPath);
    await until('the trouble', () => inference.problem !== null);
    assert.equal(statusBar.text, '$(error) Unreasonable: error');
    assert.match(inference.problem!, /damaged\.onnx/);
    await run('chooseModel', own);
    await until('the model', () => inference.model !== null);
    assert.equal(statusBar.text, '$(sparkle) Unreasonable: ready');
  });

  it('that came with the extension are chosen by their names, beside those trained here', async () => {
    const { models, inference, statusBar } = await openExtension();
    const own = models.current!.path;
    await run('chooseModel', 'linux');
    await until('the Linux model', () => inference.model?.configuration.hiddenSize === 512);
    assert.equal(statusBar.text, '$(sparkle) Unreasonable: Linux model');
    await run('chooseModel', own);
    await until('the model', () => inference.model !== null);
    assert.equal(statusBar.text, '$(sparkle) Unreasonable: ready');
  });

  it('from elsewhere are forgotten, not deleted', async () => {
    const { models, inference } = await openExtension();
    const elsewhere = vscode.Uri.joinPath(workspaceFolder(), 'elsewhere.onnx').fsPath;
    await run('exportModel', elsewhere);
    await run('chooseModel', elsewhere);
    assert.equal(models.current?.path, elsewhere);
    await run('deleteModel', { confirmed: true });
    assert.ok(existsSync(elsewhere));
    assert.ok(models.current?.own);
    await until('the model', () => inference.model !== null);
  });
});
