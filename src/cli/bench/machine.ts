import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, cpus, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { env } from 'onnxruntime-node';
import { version } from '../../../package.json';
import { UserError } from '../../model/errors';

/** What a measurement depends on beside the code measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes of memory. */
  readonly memory: number;
  readonly system: string;
  /** The versions that matter, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * This machine and the versions that run on it.
 *
 * @param python a Python with PyTorch that is measured too, or null.
 * @throws UserError when that Python does not run or has no PyTorch.
 */
export async function describeMachine(python: string | null): Promise<Machine> {
  const versions = {
    unreasonable: version,
    Node: process.versions.node,
    'ONNX Runtime': env.versions.node ?? env.versions.common,
    ...(python === null ? {} : await pythonVersions(python)),
  };
  const processors = cpus();
  return {
    cpu: (processors[0]?.model.trim() ?? arch()) + (await processorFamily()),
    cores: processors.length,
    memory: totalmem(),
    system: `${type()} ${arch()}`,
    versions,
  };
}

/** The machine in one line. */
export function formatMachine({ cpu, cores, memory, system, versions }: Machine): string {
  const list = Object.entries(versions).map(([name, number]) => `${name} ${number}`);
  return `${cpu}, ${cores} cores, ${Math.round(memory / 2 ** 30)} GiB; ${system}; ${list.join(', ')}`;
}

/**
 * Family and model of an x86 processor where Linux tells them. A virtual machine often gives one name to processors that
 * are years apart.
 */
async function processorFamily(): Promise<string> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const [family, model] = ['cpu family', 'model'].map(
    (name) => new RegExp(`^${name}\\s*: (\\d+)$`, 'm').exec(text)?.[1],
  );
  return family === undefined || model === undefined ? '' : ` (family ${family}, model ${model})`;
}

async function pythonVersions(python: string): Promise<Record<string, string>> {
  const program = 'import json, platform, torch; print(json.dumps([platform.python_version(), torch.__version__]))';
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', program]);
    const [pythonVersion, torchVersion] = JSON.parse(stdout) as [string, string];
    return { Python: pythonVersion, PyTorch: torchVersion };
  } catch (error) {
    throw new UserError(`${python} is not a Python that can import torch: name one that can, or leave --python out.`, {
      cause: error,
    });
  }
}
