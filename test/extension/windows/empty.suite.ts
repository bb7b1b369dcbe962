import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Generated } from '../../../src/extension/writing/generateFile';
import { openExtension, run } from '../suite/api';
import { chooseGivenModel } from './givenModel';

describe('A window without a folder', () => {
  it('says that there is nothing to train on', async () => {
    const { problems, training } = await openExtension();
    assert.equal(vscode.workspace.workspaceFolders, undefined);
    await run('trainOnWorkspace', { minutes: 0.1 });
    assert.deepEqual(problems.current, ['There is no folder open to train on: open one and train again.']);
    assert.equal(training.pid, undefined);
  });

  it('writes files with a model that was trained elsewhere', async () => {
    await chooseGivenModel();
    const { document } = await run<Generated>('generateFakeFile', { path: 'src/alpha.c', length: 60, seed: 1 });
    assert.equal(document.languageId, 'c');
    assert.notEqual(document.getText(), '');
  });
});
