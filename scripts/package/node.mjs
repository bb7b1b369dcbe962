// The Node that `--with-node` packs, from npm's registry.
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { npm } from '../prepare.mjs';
import { packedNode, platformsOf } from './targets.mjs';

/**
 * Copies a target's Node and its licence into the folder `node` of a staged package.
 * @param {string} target
 * @param {string} folder
 */
export function addNode(target, folder) {
  const [{ node: name, platform }] = platformsOf(target);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'unreasonable', `node-${packedNode}`);
  const module = join(cache, 'node_modules', name);
  if (!existsSync(module)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{ "name": "nodes", "version": "0.0.0", "private": true }\n');
    // Made for other platforms than this one, mostly: --force.
    npm(['install', '--prefix', cache, '--force', '--ignore-scripts', '--loglevel=error', `${name}@${packedNode}`]);
  }
  const file = platform === 'win32' ? 'node.exe' : 'node';
  mkdirSync(join(folder, 'node'));
  cpSync(join(module, 'bin', file), join(folder, 'node', file));
  chmodSync(join(folder, 'node', file), 0o755);
  cpSync(join(module, 'LICENSE'), join(folder, 'node', 'LICENSE.txt'));
}
