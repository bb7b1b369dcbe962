// Makes a fresh clone ready: installs, builds. Uses nothing but Node, since nothing else may be there yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs the packages that package-lock.json names when node_modules is missing or older than it. */
export function ensureInstalled() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    console.error(`Unreasonable needs Node 20 or newer; this is Node ${process.versions.node}.`);
    process.exit(1);
  }
  // npm writes this file at the end of an install.
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  console.error('Installing packages (npm ci)…');
  npm(['ci'], { stdout: 'stderr' });
}

/** Builds dist/ when it is missing or older than a source file. */
export function ensureBuilt() {
  const sources = ['src', join('media', 'pages')].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
  );
  const newest = Math.max(...['esbuild.mjs', 'package-lock.json', ...sources].map(modified));
  if (modified('dist/cli.cjs') >= newest) return;
  ensureInstalled();
  console.error('Building…');
  run(process.execPath, ['esbuild.mjs'], { stdout: 'stderr' });
}

/** Runs npm in the project's folder and ends this process when it fails. */
export function npm(args, options) {
  // Under `npm start` and `npm test` npm names its own script; elsewhere it is on the PATH, on Windows as a .cmd file.
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) run(process.execPath, [script, ...args], options);
  else run('npm', args, { shell: process.platform === 'win32', ...options });
}

/**
 * Runs a command in the project's folder and ends this process when it fails. With `stdout: 'stderr'` what it prints
 * stays clear of what the caller prints for a program to read.
 */
export function run(command, args, { stdout = 'inherit', shell = false } = {}) {
  const stdio = ['inherit', stdout === 'stderr' ? process.stderr : 'inherit', 'inherit'];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio, shell });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 130);
}

/** When a file of the project was last changed, in milliseconds; 0 when it is not there. */
function modified(path) {
  return existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0;
}
