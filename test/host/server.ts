import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Host, hostFiles } from '../../scripts/vscodeHost/hosts.mjs';
import { killAll, type RunningProcess, survivorsOf } from './processes';

export type Settings = Readonly<Record<string, unknown>>;

/** A running code-server: the side of VS Code that has the extension host and the files. */
export interface Server {
  readonly port: number;
  /** An environment entry that every process of this server has, see `processesWith`. */
  readonly marker: string;
  /** Asks the server to end, as closing VS Code does, and resolves to the processes that outlived it. These are ended. */
  stop(): Promise<RunningProcess[]>;
}

export interface ServerOptions {
  readonly host: Host;
  /** An empty folder for everything that the server writes. */
  readonly folder: string;
  readonly settings: Settings;
  /** As keybindings.json has them: keys that run commands with arguments. */
  readonly keybindings?: readonly object[];
  /** Trusts no workspace, and does not ask; else every one is trusted. */
  readonly restricted: boolean;
  /** A .vsix to install as a user would, before the server starts. */
  readonly vsix?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Nothing moves, nothing asks, nothing connects: what every test wants. */
const quietSettings: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'files.autoSave': 'off',
  'editor.quickSuggestions': false,
  'git.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
};

/** VS Code's own themes, light or dark as the system says. */
function themeSettings({ themes }: Host): Settings {
  return {
    'window.autoDetectColorScheme': true,
    'workbench.preferredLightColorTheme': themes.light,
    'workbench.preferredDarkColorTheme': themes.dark,
  };
}

/** Starts code-server on a free port of this machine and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { folder, host } = options;
  const paths = prepareFolder(folder);
  const id = randomUUID();
  const env = {
    ...process.env,
    ...{ HOME: paths.home, EXTENSIONS_GALLERY: '{}', UNREASONABLE_TEST_HOST: id },
    ...options.env,
  };
  const marker = `UNREASONABLE_TEST_HOST=${id}`;
  const places = ['--config', paths.config, '--user-data-dir', paths.userData, '--extensions-dir', paths.extensions];
  const { node, entry } = hostFiles(host);
  if (options.vsix !== undefined) {
    const args = [entry, ...places, '--install-extension', options.vsix];
    // Not spawnSync, which would keep the test runner from answering for as long.
    await promisify(execFile)(node, args, { env });
  }

  const trust = options.restricted ? { 'security.workspace.trust.startupPrompt': 'never' } : {};
  const settings = { ...quietSettings, ...themeSettings(host), ...trust, ...options.settings };
  writeFileSync(paths.settings, JSON.stringify(settings, null, 2));
  writeFileSync(paths.keybindings, JSON.stringify(options.keybindings ?? []));

  const args = [...places, ...serverOptions, ...(options.restricted ? [] : ['--disable-workspace-trust'])];
  const { child, port } = await launch(node, [entry, ...args], env, paths.log);
  return {
    port,
    marker,
    stop: async () => {
      child.kill('SIGTERM');
      const survivors = await survivorsOf(marker, 60_000);
      killAll(survivors);
      return survivors;
    },
  };
}

const serverOptions = [
  ...['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
];

function prepareFolder(folder: string) {
  const userData = join(folder, 'user-data');
  const paths = {
    home: join(folder, 'home'),
    extensions: join(folder, 'extensions'),
    userData,
    config: join(folder, 'config.yaml'),
    log: join(folder, 'server.log'),
    settings: join(userData, 'User', 'settings.json'),
    keybindings: join(userData, 'User', 'keybindings.json'),
  };
  for (const path of [paths.home, paths.extensions, join(userData, 'User')]) mkdirSync(path, { recursive: true });
  writeFileSync(paths.config, '');
  return paths;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** code-server gives its inner process a few seconds to start, which a busy machine may not have: it gets more chances. */
const attempts = 3;

async function launch(node: string, args: readonly string[], env: NodeJS.ProcessEnv, logFile: string) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const log = openSync(logFile, 'w');
    // Its own process group, so that Ctrl+C in a terminal leaves the ending to stop().
    const options = { env, stdio: ['ignore', log, log] as ['ignore', number, number], detached: true };
    const child = spawn(node, [...args, '--bind-addr', `127.0.0.1:${port}`], options);
    closeSync(log);
    if (await answers(port, child)) return { child, port };
    child.kill('SIGKILL');
    if (attempt === attempts) throw new Error(`code-server did not start:\n${readFileSync(logFile, 'utf8')}`);
  }
}

/** Whether the server answers before it ends, and within a minute. */
async function answers(port: number, child: ChildProcess): Promise<boolean> {
  for (const end = Date.now() + 60_000; Date.now() < end && child.exitCode === null; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}
