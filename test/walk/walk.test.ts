import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { startHost } from '../host/host';
import { whyNot } from '../host/requirements';
import { copyRealProject } from './realProject';
import * as walk from './walk';

const output = fileURLToPath(new URL('../output', import.meta.url));

test.for(hosts)('a user walks through everything in VS Code $vscode', async (host, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-walk-'));
  const workspace = copyRealProject(join(folder, 'argon2'));
  const screenshots = join(output, `vscode-${host.vscode}`);
  rmSync(screenshots, { recursive: true, force: true });
  const running = await startHost({
    host,
    workspace,
    vsix: inject('vsix'),
    screenshots,
    settings: { 'unreasonable.training.minutes': 1 / 3, 'unreasonable.training.backend': 'onnx' },
  });
  const { workbench } = running;
  try {
    await walk.lookAround(workbench);
    await walk.train(workbench);
    await walk.complete(workbench, workspace);
    await walk.generate(workbench, 'dream.c', 7);
    await walk.changeTemperature(workbench);
    await walk.killTheModel(running, workspace);
    await walk.reloadWhileTraining(running);
    expect(await running.dispose()).toEqual([]);
  } catch (error) {
    await workbench.screenshot('failure').catch(() => {});
    throw error;
  } finally {
    await running.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});
