// The Node that `--with-node` packs, from npm's registry.
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { npm } from '../prepare.mjs';
import { packedNode, platformsOf, targets } from './targets.mjs';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'unreasonable', `node-${packedNode}`);

/**
 * Copies a target's Node and its licence into the folder `node` of a staged package.
 * @param {string} target
 * @param {string} folder
 */
export function addNode(target, folder) {
  const [{ node, platform }] = platformsOf(target);
  const file = platform === 'win32' ? 'node.exe' : 'node';
  mkdirSync(join(folder, 'node'));
  cpSync(join(install(node), 'bin', file), join(folder, 'node', file));
  chmodSync(join(folder, 'node', file), 0o755);
  // The same for all, and not in every one of these packages.
  cpSync(join(install(targets['linux-x64'].node), 'LICENSE'), join(folder, 'node', 'LICENSE.txt'));
}

/**
 * The folder of a package of Node, which is installed if it is not there.
 * @param {string} name
 */
function install(name) {
  const folder = join(cache, 'node_modules', name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const manifest = join(cache, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "name": "nodes", "version": "0.0.0", "private": true }\n');
  // Made for other platforms than this one, mostly: --force.
  npm(['install', '--prefix', cache, '--force', '--ignore-scripts', '--loglevel=error', `${name}@${packedNode}`]);
  return folder;
}
