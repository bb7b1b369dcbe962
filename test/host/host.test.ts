import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { startHost } from './host';
import { processesWith } from './processes';
import { whyNot } from './requirements';

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
    await workbench.type('static ');
    expect(await workbench.ghostText()).toBe('int count;');
    await workbench.acceptGhostText();
    await workbench.save();
    expect(readFileSync(join(workspace, 'a.c'), 'utf8')).toBe('static int count;\n');

    await workbench.command('Host Fixture: Stream');
    await workbench.toast('Streaming').waitFor();
    await workbench.toast('Streaming').waitFor({ state: 'detached' });
    expect(await workbench.visibleText()).toContain('int main(void) { return 0; }');

    expect(processesWith(running.server.marker).length).toBeGreaterThan(2);
    expect(await running.dispose()).toEqual([]);
    expect(processesWith(running.server.marker)).toEqual([]);
  } finally {
    await running.dispose();
    rmSync(workspace, { recursive: true, force: true });
  }
});
