import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../../../../errors';

/** A libtensorflow on this machine that the addon can be built against. */
export interface Library {
  /** Has `tensorflow/c/c_api.h`. */
  readonly include: string;
  /** The folder that the shared libraries are in. */
  readonly folder: string;
  /** Files in it: the C API, which Python's package has in `libtensorflow_cc`, and what it stands on. */
  readonly core: string;
  readonly framework: string;
}

/**
 * Finds the library in a folder: an unpacked libtensorflow, with `include` and `lib`, or Python's package `tensorflow`.
 *
 * @throws UserError when it isn't there.
 */
export function findLibrary(path: string): Library {
  const root = resolve(path);
  const include = join(root, 'include');
  for (const folder of [join(root, 'lib'), root]) {
    const core = newest(folder, /^libtensorflow(_cc)?\.(so(\.[\d.]+)?|([\d.]+\.)?dylib)$/);
    const framework = newest(folder, /^libtensorflow_framework\.(so(\.[\d.]+)?|([\d.]+\.)?dylib)$/);
    if (core === undefined || framework === undefined) continue;
    if (existsSync(join(include, 'tensorflow', 'c', 'c_api.h'))) return { include, folder, core, framework };
  }
  throw new UserError(
    `${path} has no libtensorflow with its headers: give the folder of an unpacked libtensorflow, or of Python's package tensorflow.`,
  );
}

/** Of several names for one library the longest, which is the most exact. */
function newest(folder: string, pattern: RegExp): string | undefined {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)) : [];
  return names.sort((a, b) => b.length - a.length || b.localeCompare(a))[0];
}

/**
 * The folder of the package tensorflow of a Python, which is not loaded for it.
 *
 * @throws UserError when there is no such Python, or it has no TensorFlow.
 */
export async function folderOfPython(python: string): Promise<string> {
  const script =
    'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';
  const { stdout } = await promisify(execFile)(python, ['-c', script], { timeout: 60_000 }).catch((error: Error) => {
    const reason = error.message.trim().split('\n').at(-1)!;
    throw new UserError(`${python} can't be asked for its TensorFlow (${reason}): name a Python that runs.`);
  });
  const folder = stdout.trim();
  if (folder !== '') return folder;
  throw new UserError(
    `${python} has no TensorFlow: install it with "${python} -m pip install tensorflow[and-cuda]", or name another Python.`,
  );
}

/** Lays the library out where the build of the package in `folder` looks for it. */
export function linkLibrary({ include, folder: from, core, framework }: Library, folder: string): void {
  const deps = join(folder, 'deps');
  const to = join(deps, 'lib');
  mkdirSync(to, { recursive: true });
  symlinkSync(include, join(deps, 'include'));
  const extension = process.platform === 'darwin' ? '2.dylib' : 'so';
  for (const [name, plain] of [
    [core, `libtensorflow.${extension}`],
    [framework, `libtensorflow_framework.${extension}`],
  ] as const) {
    for (const link of new Set([name, plain])) symlinkSync(join(from, name), join(to, link));
  }
}
