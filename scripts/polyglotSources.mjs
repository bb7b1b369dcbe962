// `npm run polyglot-sources -- FOLDER`: downloads what the polyglot model is trained on (see polyglotSources.json):
// source packages of Debian, by apt, and packages of npm. Nothing else in this project needs them.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { root } from './prepare.mjs';

/**
 * @typedef {{ package: string, from: 'debian' | 'debian-source' | 'npm', version?: string, licence: string, folders: string[] }} Source
 */

/** What unpacks a package of each kind; each returns its version. */
const unpackers = { npm: unpackNpm, debian: unpackDebian, 'debian-source': unpackDebianSource };

/** Something that a person can mend. */
class Problem extends Error {}

const work = mkdtempSync(join(tmpdir(), 'unreasonable-sources-'));
/** Where packages go until all are there. */
const folder = join(work, 'packages');
try {
  fetchAll(process.argv[2]);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @param {string | undefined} target */
function fetchAll(target) {
  if (target === undefined) throw new Problem('Name a folder: npm run polyglot-sources -- FOLDER');
  const isFull = existsSync(target) && readdirSync(target).length > 0;
  if (isFull) throw new Problem(`${target} is not empty: name a new folder.`);
  /** @type {Source[]} */
  const sources = JSON.parse(readFileSync(join(root, 'scripts', 'polyglotSources.json'), 'utf8'));
  const fetched = sources.map((source) => ({ ...source, version: fetchSource(source) }));
  writeFileSync(join(folder, 'sources.json'), `${JSON.stringify(fetched, null, 2)}\n`);
  cpSync(folder, target, { recursive: true });
}

/**
 * Puts the folders of a package, and its licence, into a folder of its own.
 * @param {Source} source
 * @returns {string} the version that was found.
 */
function fetchSource(source) {
  const name = source.package.replace('@', '').replace('/', '-');
  const download = join(work, name);
  const unpacked = join(work, `${name}-unpacked`);
  for (const path of [download, unpacked]) mkdirSync(path);
  const version = unpackers[source.from](source, download, unpacked);
  const to = join(folder, name);
  const parts = source.folders.flatMap((path) => matching(unpacked, path));
  for (const part of parts) cpSync(join(unpacked, part), join(to, nameAmong(parts, part)), { recursive: true });
  cpSync(join(unpacked, licenceIn(unpacked, source)), join(to, 'LICENSE'));
  nameShellScripts(to);
  console.log(`${source.package} ${version} (${source.licence})`);
  for (const path of [download, unpacked]) rmSync(path, { recursive: true });
  return version;
}

/**
 * @param {Source} source
 * @param {string} download
 * @param {string} unpacked
 */
function unpackNpm(source, download, unpacked) {
  start('npm', ['pack', `${source.package}@${source.version}`, '--ignore-scripts', '--silent'], download);
  start('tar', ['-xf', readdirSync(download)[0], '--strip-components=1', '-C', unpacked], download);
  return source.version;
}

/**
 * @param {Source} source
 * @param {string} download
 * @param {string} unpacked
 */
function unpackDebian(source, download, unpacked) {
  start('apt-get', ['download', '-qq', source.package], download, 'it needs Debian, and its lists: apt-get update');
  const [file] = readdirSync(download);
  start('dpkg-deb', ['-x', file, unpacked], download);
  return file.split('_')[1].replace('%3a', ':');
}

/**
 * @param {Source} source
 * @param {string} download
 * @param {string} unpacked
 */
function unpackDebianSource(source, download, unpacked) {
  const advice = 'enable source packages (deb-src) in the sources of apt, and run apt-get update';
  start('apt-get', ['source', '--download-only', '--only-source', '-qq', source.package], download, advice);
  const file = readdirSync(download).find((entry) => /\.orig\.tar\.(gz|xz|bz2)$/.test(entry));
  if (file === undefined) throw new Problem(`The source package ${source.package} has no archive of its sources.`);
  start('tar', ['-xf', file, '--strip-components=1', '-C', unpacked], download);
  return /_(.+)\.orig\.tar/.exec(file)[1];
}

/**
 * The last part of a path, or the last two where others end alike.
 * @param {string[]} paths
 * @param {string} path
 */
function nameAmong(paths, path) {
  if (path === '.') return path;
  const alike = paths.filter((other) => basename(other) === basename(path));
  return alike.length > 1 ? join(basename(dirname(path)), basename(path)) : basename(path);
}

/**
 * A path in a folder, where one part may be * for any one name.
 * @param {string} within
 * @param {string} path
 */
function matching(within, path) {
  const [before, after] = path.split('/*/');
  const paths =
    after === undefined ? [path] : readdirSync(join(within, before)).map((name) => join(before, name, after));
  const found = paths.filter((candidate) => existsSync(join(within, candidate)));
  if (found.length === 0)
    throw new Problem(`There is no ${path} in a package any more: see scripts/polyglotSources.json.`);
  return found;
}

/**
 * Commands have no ending; those that are shell scripts get one, by which a corpus knows them.
 * @param {string} within
 */
function nameShellScripts(within) {
  for (const { name, parentPath } of readdirSync(within, { recursive: true, withFileTypes: true }).filter(isScript)) {
    const path = join(parentPath, name);
    if (/^#!.*\b(ba|da)?sh\b/.test(readFileSync(path, 'utf8').slice(0, 80))) renameSync(path, `${path}.sh`);
  }
}

/** @param {import('node:fs').Dirent} entry */
function isScript(entry) {
  return entry.isFile() && !entry.name.includes('.');
}

/**
 * The file with the terms: where a package leaves the choice, those of the licence that the list names.
 * @param {string} unpacked
 * @param {Source} source
 */
function licenceIn(unpacked, source) {
  if (source.from === 'debian') return join('usr', 'share', 'doc', source.package, 'copyright');
  const names = readdirSync(unpacked).filter((name) => /^(licen[cs]e|copying|copyright)/i.test(name));
  const name = names.find((candidate) => candidate.toUpperCase().includes(source.licence.toUpperCase())) ?? names[0];
  if (name === undefined) throw new Problem(`${source.package} has no file with its licence.`);
  return name;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {string} advice
 */
function start(command, args, cwd, advice = 'see above') {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Problem(`${command} ${args.join(' ')} failed: ${advice}.`);
}
