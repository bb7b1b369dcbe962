import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openExtension, run } from './api';

const configuration = () => vscode.workspace.getConfiguration('unreasonable');

async function write(name: string, value: unknown): Promise<void> {
  await configuration().update(name, value, vscode.ConfigurationTarget.Global);
}

describe('Settings', () => {
  const names = ['temperature', 'completion.confidence', 'completion.maxLines', 'exclude', 'maxFileSize'];

  afterEach(async () => {
    for (const name of [...names, 'completion.enabled']) await write(name, undefined);
  });

  it('that make no sense are replaced by their defaults', async () => {
    const { settings, problems } = await openExtension();
    problems.forget();
    const nonsense = ['hot', -3, 2.5, 'src', 'gigantic'];
    const defaults = [0.7, 0.6, 1, [], 1000];
    for (const [i, name] of names.entries()) {
      await write(name, nonsense[i]);
      assert.deepEqual(settings.get(name as 'temperature'), defaults[i], name);
      const told = problems.current.filter((sentence) => sentence.includes(`unreasonable.${name} `));
      assert.equal(told.length, 1, `${name} is told of in one sentence`);
    }
  });

  it('take the temperature from the command, but none that is out of range', async () => {
    const { settings } = await openExtension();
    assert.equal(await run('setTemperature', 1.3), 1.3);
    assert.equal(settings.get('temperature'), 1.3);
    assert.equal(await run('setTemperature', 7), undefined);
    assert.equal(settings.get('temperature'), 1.3);
  });

  it('switch completions off everywhere and in one language', async () => {
    const { settings } = await openExtension();
    assert.equal(await run('toggleCompletions'), false);
    assert.equal(settings.get('completion.enabled'), false);
    assert.equal(await run('toggleCompletions'), true);
    const document = await vscode.workspace.openTextDocument({ language: 'c', content: '' });
    await vscode.window.showTextDocument(document);
    assert.equal(await run('toggleCompletionsForLanguage'), false);
    assert.equal(settings.get('completion.enabled', document), false);
    assert.equal(settings.get('completion.enabled', { languageId: 'python' }), true);
    assert.equal(await run('toggleCompletionsForLanguage'), true);
    assert.equal(settings.get('completion.enabled', document), true);
  });
});
