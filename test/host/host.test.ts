import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { startHost } from './host';
import { processesWith } from './processes';
import { whyNot } from './requirements';
import { until, type Workbench } from './workbench';

const fixture = fileURLToPath(new URL('fixtures/extension', import.meta.url));

test.for(hosts)('VS Code $vscode can be driven and ends with its children', async (host, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  const workspace = mkdtempSync(join(tmpdir(), 'unreasonable-workspace-'));
  writeFileSync(join(workspace, 'a.c'), '\n');
  const running = await startHost({ host, workspace, developmentExtensions: [fixture] });
  try {
    const { workbench } = running;
    await workbench.statusBarItem('Fixture').waitFor();

    await workbench.openFile(join(workspace, 'a.c'));
    await workbench.goTo(1);
    expect(await typeForGhostText(workbench)).toBe('int count;');
    await workbench.acceptGhostText();
    await workbench.save();
    expect(readFileSync(join(workspace, 'a.c'), 'utf8')).toContain('static int count;\n');

    await workbench.command('Host Fixture: Stream');
    await until('the stream', async () => (await workbench.visibleText()).includes('int main(void) { return 0; }'));
    await workbench.toast('Streaming').waitFor({ state: 'detached' });

    expect(processesWith(running.server.marker).length).toBeGreaterThan(2);
    expect(await running.dispose()).toEqual([]);
    expect(processesWith(running.server.marker)).toEqual([]);
  } finally {
    await running.dispose();
    rmSync(workspace, { recursive: true, force: true });
  }
});

/** A window that is busy may drop ghost text that came while keys did: it gets some lines to show it in. */
async function typeForGhostText(workbench: Workbench): Promise<string> {
  for (let line = 1; line <= 3; line++) {
    await workbench.typeLine(line, 'static ');
    const ghost = await workbench.ghostText(20_000);
    if (ghost !== '') return ghost;
    await workbench.press('Enter');
  }
  return '';
}
