import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Variables that name drivers, or folders of them, besides the usual ones. */
const variables = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'];

/** Whether the environment says which Vulkan driver to take. */
export function namesVulkanDriver(environment: NodeJS.ProcessEnv = process.env): boolean {
  return variables.some((name) => environment[name]);
}

/**
 * Whether a Vulkan driver is installed: whether any is named by the environment, or has its manifest in a folder where the
 * loader looks on Linux ("Driver Discovery" in the Vulkan loader's LoaderDriverInterface.md), NixOS included.
 */
export function hasVulkanDriver(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (namesVulkanDriver(environment)) return true;
  return driverFolders(environment).some((folder) => namesIn(folder).some((name) => name.endsWith('.json')));
}

/** How GPUs are called in `/dev` beside `/dev/dri`: NVIDIA's, Jetson's, Arm's, Qualcomm's, Imagination's, Windows' (WSL). */
const deviceNames = /^(nvidia|nvhost|nvgpu|nvmap|mali|kgsl|pvr|dxg)/;

/**
 * Whether this Linux shows any graphics hardware to its programs. Servers and containers often have Mesa's drivers
 * installed and nothing to drive: then only a processor would answer, after warnings on stderr.
 *
 * @param folder where devices are.
 */
export function hasGraphicsDevice(folder = '/dev'): boolean {
  const nodes = namesIn(join(folder, 'dri')).filter((name) => /^(card|renderD)\d+$/.test(name));
  return nodes.length > 0 || namesIn(folder).some((name) => deviceNames.test(name));
}

/** None where there is no such folder. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function driverFolders(environment: NodeJS.ProcessEnv): string[] {
  const home = environment.HOME || homedir();
  const list = (name: string, usual: string) => (environment[name] || usual).split(':').filter((path) => path !== '');
  const roots = [
    ...list('XDG_CONFIG_HOME', join(home, '.config')),
    ...list('XDG_CONFIG_DIRS', '/etc/xdg'),
    '/etc',
    '/usr/local/etc',
    ...list('XDG_DATA_HOME', join(home, '.local', 'share')),
    ...list('XDG_DATA_DIRS', '/usr/local/share:/usr/share'),
    '/usr/local/share',
    '/usr/share',
    '/run/opengl-driver/share',
  ];
  return roots.map((root) => join(root, 'vulkan', 'icd.d'));
}
