import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { startHost } from '../host/host';
import { whyNot } from '../host/requirements';
import { WebviewPage } from '../host/webviewPage';
import { copyRealProject } from '../walk/realProject';

test.for(hosts)('the dashboard shows how a training goes in VS Code $vscode', async (host, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-dashboard-'));
  const workspace = copyRealProject(join(folder, 'argon2'));
  const screenshots = fileURLToPath(new URL(`../output/views-${host.vscode}`, import.meta.url));
  const settings = {
    'unreasonable.training.minutes': 0.2,
    'unreasonable.training.modelSize': 'small',
    'unreasonable.training.backend': 'onnx',
  };
  const running = await startHost({ host, workspace, vsix: inject('vsix'), screenshots, settings });
  try {
    const { workbench } = running;
    const page = new WebviewPage(workbench);
    await workbench.statusBarItem('Unreasonable: no model').waitFor();
    await workbench.command('Unreasonable: Show Training Dashboard');
    await page.find('[role=status]').filter({ hasText: 'Nothing was trained' }).waitFor();
    await workbench.screenshot('dashboard-1-empty');
    await page.button('Train on Workspace').click();
    await workbench.quickPick('12 seconds').click();
    await page.find('.facts').waitFor();
    await page.find('.sample pre').first().waitFor();
    await workbench.screenshot('dashboard-2-training');
    await workbench.toast('Training finished').waitFor();
    await workbench.dismissToasts();
    await workbench.screenshot('dashboard-3-trained');
    expect(await running.dispose()).toEqual([]);
  } catch (error) {
    await running.workbench.screenshot('dashboard-failure').catch(() => {});
    throw error;
  } finally {
    await running.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});
