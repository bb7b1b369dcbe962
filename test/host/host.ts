import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import type { Host } from '../../scripts/vscodeHost/hosts.mjs';
import type { RunningProcess } from './processes';
import { chromiumPath } from './requirements';
import { type Server, type Settings, startServer } from './server';
import { Workbench } from './workbench';

/** A real VS Code with a workspace open in it, driven as a user would. */
export interface RunningHost {
  readonly workbench: Workbench;
  readonly server: Server;
  /** Closes the window and ends VS Code. Resolves to the processes that outlived it, which it then ends. */
  dispose(): Promise<RunningProcess[]>;
}

export interface HostOptions {
  readonly host: Host;
  /** The folder or the `.code-workspace` file to open; without one the window is empty. */
  readonly workspace?: string;
  /** A .vsix, installed as a user would. */
  readonly vsix?: string;
  /** Folders of extensions that are loaded as they are, as F5 does. */
  readonly developmentExtensions?: readonly string[];
  /** A module that exports `run(): Promise<void>`, which the extension host calls when the workbench is up. */
  readonly testsPath?: string;
  /** Called when the tests of `testsPath` have ended, with the exit code that they would give. */
  readonly onTestsEnd?: (code: number) => void;
  /** Does not trust the workspace. */
  readonly restricted?: boolean;
  readonly settings?: Settings;
  /** Keys that run commands with arguments, which the command palette can't give. */
  readonly keybindings?: readonly object[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where {@link Workbench.screenshot} puts its pictures; without it none are taken. */
  readonly screenshots?: string;
}

/** Starts code-server and chromium and waits until the workbench is there. Takes about 6 s. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-host-'));
  const cleanUp: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const dispose = async () => {
    const results: unknown[] = [];
    for (const step of cleanUp.splice(0).reverse()) results.push(await step());
    return results.find((result) => Array.isArray(result)) ?? [];
  };
  try {
    const server = await startServer({
      host: options.host,
      folder: join(folder, 'server'),
      settings: options.settings ?? {},
      keybindings: options.keybindings ?? [],
      restricted: options.restricted ?? false,
      ...(options.vsix === undefined ? {} : { vsix: options.vsix }),
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    cleanUp.push(() => server.stop());
    const browser = await openBrowser(join(folder, 'browser'));
    cleanUp.push(() => browser.close());

    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.exposeFunction('codeAutomationExit', (code: number) => options.onTestsEnd?.(code));
    await page.addInitScript(developmentScript(server.port, options));
    const workbench = new Workbench(page, options.screenshots ?? null);
    await page.goto(`http://127.0.0.1:${server.port}/?${queryFor(options.workspace)}`);
    await workbench.ready();
    return { workbench, server, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** What the address of the window says about the workspace. */
function queryFor(workspace: string | undefined): string {
  if (workspace === undefined) return 'ew=true';
  return `${workspace.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURI(workspace)}`;
}

function openBrowser(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath()!,
    headless: true,
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
    ],
  });
}

/**
 * A script that runs before the workbench's own. The workbench reads its configuration from an attribute of the page;
 * the script adds to it what the desktop's `--extensionDevelopmentPath` and `--extensionTestsPath` say.
 */
function developmentScript(port: number, options: HostOptions): string {
  const uri = (path: string) => ({ $mid: 1, scheme: 'vscode-remote', authority: `127.0.0.1:${port}`, path });
  const developmentOptions = {
    extensions: options.developmentExtensions?.map(uri),
    extensionTestsPath: options.testsPath === undefined ? undefined : uri(options.testsPath),
  };
  return `{
    const original = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = original.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || value === null) return value;
      return JSON.stringify({ ...JSON.parse(value), developmentOptions: ${JSON.stringify(developmentOptions)} });
    };
  }`;
}
