import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { train } from '../../src/model/training/trainer';
import { whyNot } from '../host/requirements';
import { runSuite, tests } from '../host/suite';
import { writeProject } from '../process/support';

// Windows in which not everything works: each says so in a sentence, and does what it can.

const host = hosts[0]!;
const folder = mkdtempSync(join(tmpdir(), 'unreasonable-windows-'));
const model = join(folder, 'model');

beforeAll(async () => {
  if (whyNot(host) !== null) return;
  const source = writeProject(join(folder, 'source'));
  const shape = { hiddenSize: 32, numLayers: 1, sequenceLength: 32, batchSize: 8, learningRate: 0.01 };
  await train({ source, out: model, backend: 'onnx', epochs: 20, sampleAt: [], ...shape }, { onEvent: () => {} });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const windows: Record<string, () => { workspace?: string; restricted?: boolean }> = {
  empty: () => ({}),
  restricted: () => {
    const workspace = writeProject(join(folder, 'untrusted'));
    const settings = { 'files.eol': '\r\n', 'unreasonable.nodePath': '/bin/false' };
    mkdirSync(join(workspace, '.vscode'), { recursive: true });
    writeFileSync(join(workspace, '.vscode', 'settings.json'), JSON.stringify(settings));
    return { workspace, restricted: true };
  },
  multiRoot: () => {
    for (const name of ['one', 'two']) writeProject(join(folder, name));
    return { workspace: workspaceFile('two-folders', [{ path: 'one' }, { path: 'two' }]) };
  },
  virtual: () => ({ workspace: workspaceFile('virtual', [{ uri: 'vscode-vfs://test/project' }]) }),
};

test.for(Object.keys(windows))('the extension knows what it can do in a window that is %s', async (name, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  const testsPath = join(tests, `${name}.cjs`);
  const env = { UNREASONABLE_TEST_MODEL: model };
  const { results, survivors } = await runSuite({ host, testsPath, env, ...windows[name]!() });
  expect(results.failed.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
  expect(results.passed.length).toBeGreaterThan(1);
  expect(survivors).toEqual([]);
});

function workspaceFile(name: string, folders: object[]): string {
  const path = join(folder, `${name}.code-workspace`);
  writeFileSync(path, JSON.stringify({ folders }));
  return path;
}
