import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSuite } from '../../scripts/buildSuite.mjs';
import { root } from '../../scripts/prepare.mjs';

/**
 * What tests in a real VS Code need of the project: the program, the suite, and this platform's package.
 * @param {import('vitest/node').TestProject} project
 */
export default async function setup(project) {
  await buildSuite();
  const out = join(root, 'dist', 'test');
  const args = [join(root, 'scripts', 'package.mjs'), '--target', 'linux-x64', '--out', out];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The package could not be made:\n${stdout}${stderr}`);
  project.provide('vsix', join(out, 'unreasonable-linux-x64.vsix'));
}
