import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../../../errors';
import { explainFileError } from '../../../../files/explainFileError';
import { findAddon, packageNames, TensorFlowUnavailableError, userFolder } from '../loader';
import { type Check, checkPackage } from './check';
import { type CommandResult, runCommand } from './command';
import { findLibrary, folderOfPython, type Library, linkLibrary } from './library';
import { buildEnvironment, findNpm } from './npm';

export interface SetupOptions {
  /** The folder to install into; {@link userFolder} by default. */
  readonly out?: string;
  /** Build against the libtensorflow in this folder in place of downloading one. */
  readonly libtensorflow?: string;
  /** Build against the TensorFlow of this Python. */
  readonly python?: string;
}

export interface SetupHandlers {
  /** Takes what the tools print. */
  line(text: string): void;
  readonly signal?: AbortSignal | undefined;
}

export interface SetupResult extends Check {
  readonly folder: string;
}

const [packageName] = packageNames;
const packageVersion = '4.22.0';
/** The name in the package.json of the folder: what is called so may be replaced. */
const ownName = 'unreasonable-tensorflow';

/**
 * Installs the package of TensorFlow into a folder of its own, with the libtensorflow that its script downloads, or with
 * one that is on this machine, and loads it once. What was there before stays until all of that has worked.
 *
 * @throws UserError for everything that a person can mend.
 */
export async function setUpTensorFlow(options: SetupOptions, handlers: SetupHandlers): Promise<SetupResult> {
  const out = resolve(options.out ?? userFolder());
  checkReplaceable(out);
  const library = await chooseLibrary(options);
  const npm = findNpm();
  const workshop = makeBeside(out, 'partial');
  const partial = join(workshop, basename(out));
  try {
    mkdirSync(partial);
    const folder = await installPackage(npm, partial, handlers);
    if (library === null) await downloadLibrary(npm, partial, folder, handlers);
    else await buildAddon(npm, library, folder, handlers);
    const check = await checkPackage(folder, handlers);
    putInPlace(partial, out);
    return { folder: out, ...check };
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** A new folder beside `out`, on the same disk, which no other setup has. */
function makeBeside(out: string, what: 'partial' | 'previous'): string {
  try {
    mkdirSync(dirname(out), { recursive: true });
    return mkdtempSync(`${out}.${what}-`);
  } catch (error) {
    throw explainFileError(error, `${out} was not written`);
  }
}

/** Whatever else is in a folder is not ours to delete. */
function checkReplaceable(out: string): void {
  if (!existsSync(out) || nameOf(out) === ownName) return;
  if (statSync(out).isDirectory() && readdirSync(out).length === 0) return;
  throw new UserError(`${out} has something else in it: name a folder that is empty or does not exist.`);
}

/** The name in the package.json of a folder; undefined where there is none that can be read. */
function nameOf(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string }).name;
  } catch {
    return undefined;
  }
}

async function chooseLibrary({ libtensorflow, python }: SetupOptions): Promise<Library | null> {
  if (libtensorflow !== undefined) return findLibrary(libtensorflow);
  return python === undefined ? null : findLibrary(await folderOfPython(python));
}

/** Its JavaScript and the sources of its addon, without running its script. */
async function installPackage(npm: string, partial: string, handlers: SetupHandlers): Promise<string> {
  writeFileSync(join(partial, 'package.json'), `${JSON.stringify({ name: ownName, private: true })}\n`);
  const quick = ['--no-audit', '--no-fund', '--no-package-lock', '--fetch-retries=1'];
  const result = await runCommand(
    [process.execPath, npm, 'install', '--ignore-scripts', ...quick, `${packageName}@${packageVersion}`],
    { ...handlers, folder: partial, progress: () => sizeOf(partial) },
  );
  const folder = join(partial, 'node_modules', ...packageName.split('/'));
  if (result.code === 0 && existsSync(folder)) return folder;
  throw new UserError(
    `npm could not install ${packageName}${because(result)}: see what it printed, and whether its registry can be reached.`,
  );
}

async function downloadLibrary(npm: string, partial: string, folder: string, handlers: SetupHandlers): Promise<void> {
  const result = await runCommand(
    [process.execPath, npm, 'rebuild', '--ignore-scripts=false', '--foreground-scripts', packageName],
    { ...handlers, folder: partial, environment: buildEnvironment(npm, []), progress: () => sizeOf(folder) },
  );
  if (result.code === 0 && hasAddon(folder)) return;
  throw new UserError(
    `libtensorflow could not be downloaded${because(result)}: see what was printed, or use one that is here with --python or --libtensorflow.`,
  );
}

/** Builds the package's own, unchanged addon. */
async function buildAddon(npm: string, library: Library, folder: string, handlers: SetupHandlers): Promise<void> {
  if (process.platform === 'win32') {
    throw new UserError(
      'On Windows the addon of TensorFlow can only be downloaded: leave --python and --libtensorflow out.',
    );
  }
  linkLibrary(library, folder);
  const builder = join(
    dirname(dirname(dirname(folder))),
    'node_modules',
    '@mapbox',
    'node-pre-gyp',
    'bin',
    'node-pre-gyp',
  );
  // The libraries of CUDA that come with Python's are looked for beside the file itself, not beside a link to it.
  const environment = buildEnvironment(npm, [`-Wl,-rpath,${library.folder}`]);
  const result = await runCommand([process.execPath, builder, 'install', '--build-from-source'], {
    ...handlers,
    folder,
    environment,
    progress: () => sizeOf(join(folder, 'build')),
  });
  if (result.code === 0 && hasAddon(folder)) return;
  throw new UserError(
    `The addon of TensorFlow could not be built${because(result)}: it takes a C++ compiler, make and Python, and what went wrong was printed.`,
  );
}

function because({ code, signal, stalled }: CommandResult): string {
  if (stalled) return ' (nothing happened for two minutes)';
  return signal === null ? ` (code ${code})` : ` (${signal})`;
}

function hasAddon(folder: string): boolean {
  try {
    findAddon(folder);
    return true;
  } catch (error) {
    if (error instanceof TensorFlowUnavailableError) return false;
    throw error;
  }
}

/** Bytes of the files below a folder, which grow as long as something is downloaded or built. */
export function sizeOf(folder: string): number {
  try {
    // Before Node 20.12 an entry has its folder under another name.
    const placeOf = (entry: { parentPath?: string; path?: string }) => entry.parentPath ?? entry.path ?? folder;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const sizes = files.map((file) => statSync(join(placeOf(file), file.name), { throwIfNoEntry: false })?.size ?? 0);
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    // It is not there yet, or npm has just taken away a part of it.
    return 0;
  }
}

function putInPlace(partial: string, out: string): void {
  // Hours may have passed.
  checkReplaceable(out);
  const shelf = makeBeside(out, 'previous');
  const previous = join(shelf, basename(out));
  try {
    if (existsSync(out)) renameSync(out, previous);
    renameSync(partial, out);
  } catch (error) {
    if (existsSync(previous) && !existsSync(out)) renameSync(previous, out);
    throw explainFileError(error, `${out} was not written`);
  } finally {
    rmSync(shelf, { recursive: true, force: true });
  }
}

/** What a setup has come to, for people. */
export function describeSetup({ folder, version, gpu }: SetupResult): string {
  const where = `TensorFlow ${version} is in ${folder}`;
  if (gpu) return `${where} and has found a GPU.`;
  return `${where} but has found no GPU with CUDA, so that trainings will not use it; TensorFlow 2.9 needs CUDA 11.2 and cuDNN 8.1, and for CUDA 12 or 13 give --python with a Python that has tensorflow[and-cuda].`;
}
