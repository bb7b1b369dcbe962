import { existsSync } from 'node:fs';
import { type Host, isInstalled } from '../../scripts/vscodeHost/hosts.mjs';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that draws the workbench: `UNREASONABLE_CHROMIUM`, or where Linux distributions put it. */
export function chromiumPath(): string | undefined {
  const named = process.env.UNREASONABLE_CHROMIUM;
  return (named ? [named] : browsers).find((path) => existsSync(path));
}

/** Why tests in this VS Code can't run here, as the reason of a skipped test; null where they can. */
export function whyNot(host: Host): string | null {
  if (process.env.UNREASONABLE_VSCODE_TESTS === '0') return 'left out by UNREASONABLE_VSCODE_TESTS=0';
  if (!isInstalled(host)) return `needs VS Code ${host.vscode}: npm run vscode-host`;
  if (chromiumPath() === undefined) return 'needs chromium: apt install chromium';
  return null;
}
