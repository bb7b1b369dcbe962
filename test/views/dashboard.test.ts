import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { startHost } from '../host/host';
import { whyNot } from '../host/requirements';
import { WebviewPage } from '../host/webviewPage';

test.for(hosts)('dashboard in VS Code $vscode', async (host, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  const workspace = mkdtempSync(join(tmpdir(), 'unreasonable-dashboard-'));
  writeFileSync(join(workspace, 'a.c'), 'int a;\n');
  const screenshots = fileURLToPath(new URL(`../output/views-${host.vscode}`, import.meta.url));
  const running = await startHost({ host, workspace, vsix: inject('vsix'), screenshots });
  try {
    const { workbench } = running;
    const page = new WebviewPage(workbench);
    await workbench.statusBarItem('Unreasonable').waitFor();
    await workbench.command('Unreasonable: Show Training Dashboard');
    await page.find('[role=status]').filter({ hasText: 'Nothing is being trained.' }).waitFor();
    await workbench.screenshot('dashboard');
    await page.kept('unreasonable.dashboard');
    await workbench.reload();
    await page.find('[role=status]').filter({ hasText: 'Nothing is being trained.' }).waitFor();
    expect(await running.dispose()).toEqual([]);
  } catch (error) {
    await running.workbench.screenshot('dashboard-failure').catch(() => {});
    throw error;
  } finally {
    await running.dispose();
    rmSync(workspace, { recursive: true, force: true });
  }
});
