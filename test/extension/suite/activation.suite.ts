import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const extension = () => vscode.extensions.getExtension('unreasonable.unreasonable')!;

describe('activation', () => {
  it('activates without an error', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command that package.json promises, and no other', async () => {
    await extension().activate();
    const promised = (extension().packageJSON.contributes.commands as { command: string }[]).map(
      ({ command }) => command,
    );
    const registered = (await vscode.commands.getCommands(true)).filter((name) => name.startsWith('unreasonable.'));
    // VS Code makes commands of its own for views and walkthroughs.
    assert.deepEqual(
      promised.filter((name) => !registered.includes(name)),
      [],
    );
  });
});
