import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandNames } from '../../../src/extension/commands';
import { extensionId, openExtension, until } from './api';
import { removeModels } from './project';

describe('Activation', () => {
  it('leaves a status bar item that names the model that came with the extension', async () => {
    const { statusBar, models } = await openExtension();
    await removeModels();
    assert.equal(models.current?.pretrained?.name, 'linux');
    await until('the status', () => statusBar.text === '$(sparkle) Unreasonable: Linux model');
    assert.match(statusBar.tooltip, /completes C and generates files\. Train on Workspace/);
  });

  it('registers every command that package.json names, and no other is named', async () => {
    await openExtension();
    const registered = await vscode.commands.getCommands(true);
    const declared: { command: string; category: string }[] =
      vscode.extensions.getExtension(extensionId)?.packageJSON.contributes.commands;
    assert.deepEqual(
      declared.map(({ command }) => command),
      commandNames.map((name) => `unreasonable.${name}`),
    );
    for (const { command, category } of declared) {
      assert.ok(registered.includes(command), command);
      assert.equal(category, 'Unreasonable');
    }
  });

  it('loads nothing native into the extension host', async () => {
    await openExtension();
    const native = Object.keys(require.cache).filter((path) => /onnxruntime|webgpu|\.node$/.test(path));
    assert.deepEqual(
      native.filter((path) => path.includes('unreasonable')),
      [],
    );
  });
});
