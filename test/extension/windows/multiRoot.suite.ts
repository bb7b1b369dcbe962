import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Generated } from '../../../src/extension/writing/generateFile';
import type { TrainResult } from '../../../src/process/protocol';
import { openExtension, run } from '../suite/api';
import { smallPlan } from '../suite/project';

describe('A workspace of two folders', () => {
  it('trains one model on both, and names files by their folders', async () => {
    const { models, training } = await openExtension();
    const folders = vscode.workspace.workspaceFolders!;
    assert.deepEqual(
      folders.map(({ name }) => name),
      ['one', 'two'],
    );
    const { reason, model } = await run<TrainResult>('trainOnWorkspace', smallPlan);
    assert.notEqual(reason, 'stopped');
    assert.ok(model!.startsWith(models.current!.path));
    assert.equal(training.pid, undefined);
    assert.equal((await models.list()).length, 1);
  });

  it('puts a generated file into the folder that its path names', async () => {
    for (const [i, { uri, name }] of vscode.workspace.workspaceFolders!.entries()) {
      const path = `${name}/new_file_${i}.c`;
      const { document } = await run<Generated>('generateFakeFile', { path, length: 40, seed: 1 });
      assert.equal(document.uri.path, `${uri.path}/new_file_${i}.c`);
    }
  });
});
