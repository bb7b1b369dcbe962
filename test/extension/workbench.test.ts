import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { whyNot } from '../host/requirements';
import { runSuite } from '../host/suite';

const installs = ['the development folder', 'the installed .vsix'] as const;
const combinations = hosts.flatMap((host) => installs.map((install) => ({ host, install, vscode: host.vscode })));

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
