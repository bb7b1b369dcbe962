import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { whyNot } from '../host/requirements';
import { runSuite } from '../host/suite';

// As a user installs it, in every VS Code; as F5 starts it, in the newest.
const combinations = [
  ...hosts.map((host) => ({ host, install: 'the installed .vsix', vscode: host.vscode })),
  { host: hosts[0]!, install: 'the development folder', vscode: hosts[0]!.vscode },
];

test.for(combinations)('the suite passes in VS Code $vscode with $install', async ({ host, install }, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  // The suite writes the project that it wants.
  const workspace = mkdtempSync(join(tmpdir(), 'unreasonable-project-'));
  try {
    const vsix = install === 'the installed .vsix' ? { vsix: inject('vsix') } : {};
    const { results, survivors } = await runSuite({ host, workspace, ...vsix });
    expect(results.failed.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
    expect(results.skipped).toEqual([]);
    expect(results.passed.length).toBeGreaterThan(0);
    expect(survivors).toEqual([]);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
});
