import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { type Host, hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { type RunningHost, startHost } from '../host/host';
import { whyNot } from '../host/requirements';
import { Film } from './film';
import { copyRealProject } from './realProject';
import * as walk from './walk';

const output = (host: Host) => fileURLToPath(new URL(`../output/vscode-${host.vscode}`, import.meta.url));

test.for(hosts)('a user walks through everything in VS Code $vscode', async (host, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  rmSync(output(host), { recursive: true, force: true });
  await inProject(host, output(host), async (running, workspace) => {
    await walk.lookAround(running.workbench);
    await walk.train(running.workbench);
    await walk.showLog(running.workbench);
    await walk.complete(running.workbench, workspace);
    await walk.generate(running.workbench, 'dream.c', 7);
    await walk.changeTemperature(running.workbench);
    await walk.killTheModel(running, workspace);
    await walk.reloadWhileTraining(running);
  });
});

// For the README, see scripts/pictures.mjs.
if (process.env.UNREASONABLE_PICTURES !== undefined) {
  test('a user is filmed', async () => {
    await inProject(
      hosts[0]!,
      undefined,
      async ({ workbench }, workspace) => {
        await workbench.setTheme('dark');
        workbench.typingDelay = 110;
        workbench.stillness = 1200;
        await workbench.statusBarItem('Unreasonable:').waitFor();
        const film = await Film.start(workbench, join(output(hosts[0]!), 'frames'));
        const training = walk.train(workbench, '1 minute');
        await workbench.toast('bits per character').waitFor();
        film.speed = 12;
        await workbench.toast('Training finished').waitFor();
        film.speed = 1;
        await training;
        await walk.complete(workbench, workspace);
        await walk.generate(workbench, 'dream.c', 7);
        await film.stop();
      },
      1,
    );
  });
}

/** Opens a real project with the installed package, and checks in the end that nothing of it is left running. */
async function inProject(
  host: Host,
  screenshots: string | undefined,
  work: (running: RunningHost, workspace: string) => Promise<void>,
  minutes = 1 / 3,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-walk-'));
  const workspace = copyRealProject(join(folder, 'argon2'));
  const running = await startHost({
    host,
    workspace,
    vsix: inject('vsix'),
    ...(screenshots === undefined ? {} : { screenshots }),
    settings: {
      'unreasonable.training.minutes': minutes,
      'unreasonable.training.modelSize': 'small',
      'unreasonable.training.backend': 'onnx',
      // What is typed is what is in the file.
      'editor.autoIndent': 'none',
      // After 20 seconds no model is as sure of itself as the default asks for.
      'unreasonable.completion.confidence': 0.2,
    },
  });
  try {
    await work(running, workspace);
    expect(await running.dispose()).toEqual([]);
  } catch (error) {
    await running.workbench.screenshot('failure').catch(() => {});
    throw error;
  } finally {
    await running.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
