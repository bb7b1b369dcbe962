import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../model/errors';

/** The oldest Node that the model process runs on. */
const oldestMajor = 20;

export interface NodeBinary {
  readonly path: string;
  /** Such as "v22.11.0". */
  readonly version: string;
  readonly origin: 'host' | 'setting' | 'packed' | 'path';
  /** A sentence for the user when the setting is of no use, though another Node is. */
  readonly notice: string | null;
}

/** What the choice depends on. */
export interface NodeFacts {
  /** This process. */
  readonly host: { readonly path: string; readonly version: string; readonly isElectron: boolean };
  /** The setting `unreasonable.nodePath`, empty if it is not set. */
  readonly setting: string;
  /** Where the package of this platform has its Node, whether or not this package brings one. */
  readonly packed: string;
  /** Files of the name of Node on the PATH, in its order. */
  readonly onPath: readonly string[];
  /** Runs `path --version`; null when that does not work. */
  versionOf(path: string): Promise<string | null>;
}

/**
 * The Node that runs the model process: the host's own where it is plain Node (as in a VS Code Server; Electron can't
 * share memory with native code as GPU training needs it), else the one of the setting, else the one that came with
 * the extension, else the first on the PATH that is new enough.
 *
 * @throws UserError when there is none.
 */
export async function findNode(facts: NodeFacts): Promise<NodeBinary> {
  const { host, setting, packed, onPath } = facts;
  if (!host.isElectron && isNewEnough(host.version)) {
    return { path: host.path, version: host.version, origin: 'host', notice: null };
  }
  let notice: string | null = null;
  if (setting !== '') {
    const version = await facts.versionOf(setting);
    if (version !== null && isNewEnough(version)) return { path: setting, version, origin: 'setting', notice: null };
    notice = settingNotice(setting, version);
  }
  for (const path of [packed, ...onPath]) {
    const version = await facts.versionOf(path);
    const origin = path === packed ? 'packed' : 'path';
    if (version !== null && isNewEnough(version)) return { path, version, origin, notice };
  }
  throw new UserError(
    `Unreasonable needs Node.js ${oldestMajor} or newer to run its model and found none: install it from nodejs.org, or name one in the setting unreasonable.nodePath.`,
  );
}

function settingNotice(setting: string, version: string | null): string {
  const problem = version === null ? 'is no Node.js that runs' : `is ${version}, older than ${oldestMajor}`;
  return `${setting}, the setting unreasonable.nodePath, ${problem}; another Node.js is used.`;
}

/** The facts of this process. */
export function nodeFacts(setting: string, packed: string): NodeFacts {
  const { execPath: path, version, versions } = process;
  return {
    host: { path, version, isElectron: versions.electron !== undefined },
    setting,
    packed,
    onPath: findOnPath(process.env.PATH ?? ''),
    versionOf,
  };
}

function findOnPath(path: string): string[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    try {
      execFile(path, ['--version'], { timeout: 10_000, windowsHide: true }, (error, stdout) => {
        resolve(error === null && /^v\d+\./.test(stdout) ? stdout.trim() : null);
      });
    } catch {
      // A path that no file can have.
      resolve(null);
    }
  });
}

function isNewEnough(version: string): boolean {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0) >= oldestMajor;
}
