// Lays out what goes into a .vsix. Nothing is left out by a list of exceptions: only what is named here gets in.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../prepare.mjs';
import { thirdPartyNotices } from './notices.mjs';
import { platformsOf } from './targets.mjs';

/**
 * Fills a folder with the extension for a target, or for all of them. dist/ must be built.
 *
 * The libraries that must stay files lie in dist/node_modules, where Node finds them from dist/ and where vsce, which
 * has an opinion on a node_modules at the top, leaves them alone.
 * @param {string} target
 * @param {string} folder
 */
export function stage(target, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const copy = (from, to = from) => cpSync(join(root, from), join(folder, to), { recursive: true });

  writeFileSync(join(folder, 'package.json'), manifest());
  writeFileSync(join(folder, 'README.md'), readme());
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices());
  copy('LICENSE', 'LICENSE.txt');
  copy('CHANGELOG.md');
  for (const name of readdirSync(root)) if (/^package\.nls.*\.json$/.test(name)) copy(name);
  for (const name of ['l10n', 'media', 'pretrained']) if (existsSync(join(root, name))) copy(name);
  // Pictures of the README as it stands in a repository.
  rmSync(join(folder, 'media', 'readme'), { recursive: true, force: true });
  // The sources of dist/pages.
  for (const name of ['pages', 'tsconfig.json']) rmSync(join(folder, 'media', name), { recursive: true, force: true });
  copy(join('dist', 'pages'));
  for (const name of readdirSync(join(root, 'dist'))) if (isProgram(name)) copy(join('dist', name));

  copyModule('onnxruntime-common', /^(package\.json|dist\/cjs\/.*\.js(on)?)$/, folder);
  copyModule('onnxruntime-node', /^(package\.json|dist\/[^/]+\.js)$/, folder);
  // Dawn comes with the backend that uses it.
  const hasWebGpu = existsSync(join(root, 'src/model/training/backends/webgpu'));
  if (hasWebGpu) copyModule('webgpu', /^(package\.json|index\.js)$/, folder);
  for (const { platform, arch, dawn } of platformsOf(target)) {
    // On macOS the library comes twice; the one without a version in its name is what is loaded.
    copyModule('onnxruntime-node', RegExp(`^bin/napi-v6/${platform}/${arch}/(?!.*\\d\\.\\d+\\.\\d+\\.dylib)`), folder);
    if (hasWebGpu) copyModule('webgpu', RegExp(`^dist/${dawn}/`), folder);
  }
}

/**
 * The programs of the extension; the command line is one of its own.
 * @param {string} name
 */
function isProgram(name) {
  return name.endsWith('.cjs') && name !== 'cli.cjs';
}

/**
 * @param {string} name
 * @param {RegExp} wanted
 * @param {string} folder
 */
function copyModule(name, wanted, folder) {
  const module = join(root, 'node_modules', name);
  const files = readdirSync(module, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(module, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => wanted.test(file));
  if (files.length === 0) throw new Error(`The package ${name} has nothing that matches ${wanted}.`);
  for (const file of files) cpSync(join(module, file), join(folder, 'dist', 'node_modules', name, file));
}

/** package.json without what is of use only in a checkout. */
function manifest() {
  const { scripts, devDependencies, dependencies, bin, private: _, ...kept } = readJson('package.json');
  return JSON.stringify({ ...kept, engines: { vscode: kept.engines.vscode } }, null, 2);
}

/** README.md without pictures, which VS Code shows only where they have an address on the web. */
function readme() {
  return readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/^!\[[^\]]*\]\(media\/readme\/[^)]*\)\n*/gm, '');
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
