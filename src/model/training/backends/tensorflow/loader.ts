import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../../errors';
import type { Binding } from './binding';

/** The packages that bring the addon; both have the same one, and differ in the library that their script downloads. */
export const packageNames = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** TensorFlow can't be used here. `reason` is a clause for people: "TensorFlow is not installed". */
export class TensorFlowUnavailableError extends UserError {
  constructor(
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`The backend "tensorflow" can't be used, because ${reason}.`, { cause });
  }
}

export interface LoadOptions {
  /** CPU cores to use; all by default. The first load in a process decides. */
  readonly threads?: number;
  /** Take TensorFlow also where it has no GPU. Also UNREASONABLE_TENSORFLOW_CPU=1. */
  readonly cpu?: boolean;
  /** Loads a native addon: Node's own way by default. */
  readonly open?: (file: string) => unknown;
}

/** Where `unreasonable tensorflow setup` installs it if it isn't told otherwise, for this user and all projects. */
export function userFolder(platform = process.platform, env: NodeJS.ProcessEnv = process.env): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), ...inData);
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', ...inData);
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), ...inData);
}
const inData = ['unreasonable', 'tensorflow'];

/** The folder of the first of the packages that is there, or null. */
export function findPackage(): string | null {
  for (const name of packageNames) {
    for (const folder of placesToLook()) {
      try {
        return dirname(createRequire(join(folder, 'package.json')).resolve(`${name}/package.json`));
      } catch {
        // Not here.
      }
    }
  }
  return null;
}

/**
 * The folder that UNREASONABLE_TENSORFLOW_PATH names, which is also how the setting `unreasonable.tensorflowPath` gets
 * here, and no other; or else that of Unreasonable itself, and the one of this user.
 */
function placesToLook(): string[] {
  const named = process.env.UNREASONABLE_TENSORFLOW_PATH;
  return named ? [named] : [__dirname, userFolder()];
}

/**
 * Finds the package and loads its addon, and with it TensorFlow, into this process: some hundred megabytes.
 *
 * @throws TensorFlowUnavailableError when something is missing or broken, or there is no GPU.
 */
export function loadTensorFlow(options: LoadOptions = {}): Binding {
  const { threads, open = openAddon, cpu = process.env.UNREASONABLE_TENSORFLOW_CPU === '1' } = options;
  const folder = findPackage();
  if (folder === null) throw new TensorFlowUnavailableError(notInstalled());
  const addon = findAddon(folder);
  prepareEnvironment(threads);
  const binding = openBinding(addon, open);
  if (binding.isUsingGpuDevice() || cpu) return binding;
  throw new TensorFlowUnavailableError(
    `TensorFlow ${binding.TF_Version} in ${folder} found no GPU with CUDA and would compute on the CPU`,
  );
}

function notInstalled(): string {
  const named = process.env.UNREASONABLE_TENSORFLOW_PATH;
  const where = named ? `there is no ${packageNames[0]} in ${named}` : 'TensorFlow is not installed';
  return `${where} ("unreasonable tensorflow setup" installs it)`;
}

/**
 * The addon for this Node. It is looked for before it is loaded, since a package without it fails in words that help
 * nobody; `lib/napi-v8` is for the version 8 of Node's interface to addons and all later ones.
 */
export function findAddon(folder: string): string {
  const napi = Number(process.versions.napi);
  const versions = entriesOf(join(folder, 'lib'))
    .flatMap((name) => /^napi-v(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((version) => entriesOf(join(folder, 'lib', `napi-v${version}`)).includes(addonName))
    .sort((a, b) => b - a);
  const fitting = versions.find((version) => version <= napi);
  if (fitting !== undefined) return join(folder, 'lib', `napi-v${fitting}`, addonName);
  throw new TensorFlowUnavailableError(
    versions.length === 0
      ? `the package in ${folder} has no native library, as when its download failed ("unreasonable tensorflow setup" installs it anew)`
      : otherNode(folder),
  );
}
const addonName = 'tfjs_binding.node';

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function otherNode(folder: string): string {
  return `the native library in ${folder} is for another version of Node.js than ${process.version}`;
}

/** What TensorFlow reads when it starts: no messages but errors, and no more of a GPU's memory than it needs. */
export function prepareEnvironment(threads?: number): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
}

function openBinding(addon: string, open: (file: string) => unknown): Binding {
  let loaded: unknown;
  try {
    loaded = open(addon);
  } catch (error) {
    throw new TensorFlowUnavailableError(explain(addon, error), error);
  }
  if (isBinding(loaded)) return loaded;
  throw new TensorFlowUnavailableError(`${addon} is not the native library of TensorFlow`);
}

function openAddon(file: string): unknown {
  return createRequire(file)(file);
}

function isBinding(loaded: unknown): loaded is Binding {
  const functions = ['createTensor', 'deleteTensor', 'tensorDataSync', 'executeOp', 'isUsingGpuDevice'];
  const members = loaded as Record<string, unknown> | null;
  return typeof members === 'object' && functions.every((name) => typeof members?.[name] === 'function');
}

/** What a failed load comes down to. */
function explain(addon: string, error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  if (/NODE_MODULE_VERSION|did not self-register|napi_|node_api/i.test(message)) return otherNode(dirname(addon));
  const missing = /(\S+): cannot open shared object file/.exec(message)?.[1];
  if (missing !== undefined) return `the native library ${addon} needs ${missing}, which is missing`;
  return `the native library ${addon} is broken (${message})`;
}
