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
import * as dashboard from './dashboard';

test.for(hosts)('the dashboard shows how trainings go in VS Code $vscode', async (host, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-dashboard-'));
  const workspace = copyRealProject(join(folder, 'argon2'));
  const screenshots = fileURLToPath(new URL(`../output/views-${host.vscode}`, import.meta.url));
  const settings = { 'unreasonable.training.modelSize': 'small', 'unreasonable.training.backend': 'onnx' };
  const running = await startHost({ host, workspace, vsix: inject('vsix'), screenshots, settings });
  try {
    const { workbench } = running;
    const page = new WebviewPage(workbench);
    await dashboard.open(workbench, page);
    await dashboard.train(workbench, page);
    await dashboard.stop(workbench, page);
    await dashboard.seeCurves(workbench, page);
    await dashboard.goBackInTime(workbench, page);
    await dashboard.reload(workbench, page);
    // Once is enough: what differs from one VS Code to the next was seen above.
    if (host === hosts[0]) {
      await dashboard.keepTraining(workbench, page);
      await dashboard.compareTrainings(workbench, page);
      await dashboard.compareWithNgrams(workbench, page);
    }
    expect(await running.dispose()).toEqual([]);
  } catch (error) {
    await running.workbench.screenshot('dashboard-failure').catch(() => {});
    throw error;
  } finally {
    await running.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});
