import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Generated } from '../../../src/extension/writing/generateFile';
import type { SampleResult } from '../../../src/process/protocol';
import { run, workspaceFolder } from './api';
import { ensureModel } from './project';

const request = { path: 'drivers/hope.c', seed: 7, temperature: 0.3, length: 300 };

describe('Generate Fake File', () => {
  before(ensureModel);

  it('streams into an untitled editor of the language', async () => {
    const lengths: number[] = [];
    const subscription = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.isUntitled) lengths.push(document.getText().length);
    });
    const { document, seed } = await run<Generated>('generateFakeFile', request);
    subscription.dispose();
    assert.ok(document.isUntitled);
    assert.equal(document.languageId, 'c');
    assert.equal(seed, 7);
    assert.ok(document.getText().length > 50);
    assert.ok(lengths.length > 5, `in ${lengths.length} pieces`);
    assert.ok(document.uri.path.endsWith('/drivers/hope.c'));
  });

  it('writes the same with the same seed, beside the first', async () => {
    const first = vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith('/drivers/hope.c'))!;
    const { document } = await run<Generated>('generateFakeFile', request);
    assert.ok(document.uri.path.endsWith('/drivers/hope-2.c'));
    assert.equal(document.getText(), first.getText());
  });

  it('is undone in one step', async () => {
    const { document } = await run<Generated>('generateFakeFile', { ...request, path: 'drivers/undo.c' });
    assert.notEqual(document.getText(), '');
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), '');
  });
});

describe('Continue Writing Here', () => {
  before(ensureModel);

  it('writes at the cursor and leaves the rest as it is', async () => {
    const uri = vscode.Uri.joinPath(workspaceFolder(), 'drivers', 'continue.c');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('static int \r\nint after;\r\n'));
    const editor = await vscode.window.showTextDocument(uri);
    const position = new vscode.Position(0, 11);
    editor.selection = new vscode.Selection(position, position);
    const result = await run<SampleResult>('continueHere', { seed: 3, temperature: 0.5, length: 60 });
    const text = editor.document.getText();
    assert.ok(result.characters > 0);
    assert.ok(text.startsWith('static int ') && text.endsWith('\r\nint after;\r\n'), JSON.stringify(text));
    assert.ok(!/[^\r]\n/.test(text), 'line ends are those of the document');
  });

  it('goes on behind characters that the model has never seen', async () => {
    const uri = vscode.Uri.joinPath(workspaceFolder(), 'drivers', 'Größe.c');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('/* 漢字 😀 */\nstatic int '));
    const { document } = await vscode.window.showTextDocument(uri);
    const end = document.positionAt(document.getText().length);
    vscode.window.activeTextEditor!.selection = new vscode.Selection(end, end);
    const result = await run<SampleResult>('continueHere', { seed: 3, temperature: 0.5, length: 60 });
    assert.ok(result.characters > 0);
    assert.ok(document.getText().startsWith('/* 漢字 😀 */\nstatic int '));
  });
});
