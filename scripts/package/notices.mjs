// The licences of other people's code in a package: their terms ask for their text to go with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare.mjs';

/** Built into the pages of webviews, so that they are no dependencies of the program. */
const inPages = ['uplot'];

/** One text with the name, version and licence of every package that the program is built from. */
export function thirdPartyNotices() {
  const { dependencies } = readManifest(root);
  const names = new Set();
  for (const name of [...Object.keys(dependencies), ...inPages]) addWithDependencies(name, names);
  return [...names]
    .sort()
    .map(notice)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * @param {string} name
 * @param {Set<string>} names
 */
function addWithDependencies(name, names) {
  const folder = join(root, 'node_modules', name);
  if (names.has(name) || !existsSync(folder)) return;
  names.add(name);
  for (const dependency of Object.keys(readManifest(folder).dependencies ?? {})) addWithDependencies(dependency, names);
}

/** @param {string} name */
function notice(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license } = readManifest(folder);
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(folder, file), 'utf8');
  return `${name} ${version}\n\n${text.trimEnd()}\n`;
}

/** @param {string} folder */
function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
