import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Variables that name drivers, or folders of them, besides the usual ones. */
const variables = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'];

/**
 * Whether a Vulkan driver is installed: whether any is named by the environment, or has its manifest in a folder where the
 * loader looks on Linux ("Driver Discovery" in the Vulkan loader's LoaderDriverInterface.md), NixOS included.
 */
export function hasVulkanDriver(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (variables.some((name) => environment[name])) return true;
  return driverFolders(environment).some((folder) => {
    try {
      return readdirSync(folder).some((name) => name.endsWith('.json'));
    } catch {
      return false;
    }
  });
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
