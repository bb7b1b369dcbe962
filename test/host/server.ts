import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Host, hostFiles } from '../../scripts/vscodeHost/hosts.mjs';
import { killAll, type RunningProcess, survivorsOf } from './processes';

export type Settings = Readonly<Record<string, unknown>>;

/** A running code-server: the side of VS Code that has the extension host and the files. */
export interface Server {
  readonly host: Host;
  readonly port: number;
  /** An environment entry that every process of this server has, see `processesWith`. */
  readonly marker: string;
  /** Merges settings into the user's settings file, which VS Code watches. */
  changeSettings(settings: Settings): void;
  /** Asks the server to end, as closing VS Code does, and resolves to the processes that outlived it. These are ended. */
  stop(): Promise<RunningProcess[]>;
}

export interface ServerOptions {
  readonly host: Host;
  /** An empty folder for everything that the server writes. */
  readonly folder: string;
  readonly settings: Settings;
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
    const { status, stdout, stderr } = spawnSync(node, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`VS Code did not install ${options.vsix}:\n${stdout}${stderr}`);
  }

  let settings = { ...quietSettings, ...options.settings };
  const changeSettings = (changes: Settings) => {
    settings = { ...settings, ...changes };
    writeFileSync(paths.settings, JSON.stringify(settings, null, 2));
  };
  changeSettings({});

  const port = await freePort();
  const log = openSync(paths.log, 'w');
  const child = spawn(node, [entry, ...places, ...serverOptions, '--bind-addr', `127.0.0.1:${port}`], {
    env,
    stdio: ['ignore', log, log],
    // Its own process group, so that Ctrl+C in a terminal leaves the ending to stop().
    detached: true,
  });
  closeSync(log);
  await answering(port, child, paths.log);
  return {
    host,
    port,
    marker,
    changeSettings,
    stop: async () => {
      child.kill('SIGTERM');
      const survivors = await survivorsOf(marker, 10_000);
      killAll(survivors);
      return survivors;
    },
  };
}

const serverOptions = [
  ...['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
  '--disable-getting-started-override',
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

/** Resolves when the server answers; rejects with its log when it ends or says nothing for a minute. */
async function answering(port: number, child: ChildProcess, log: string): Promise<void> {
  for (let attempt = 0; attempt < 600 && child.exitCode === null; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`code-server did not start:\n${readFileSync(log, 'utf8')}`);
}
