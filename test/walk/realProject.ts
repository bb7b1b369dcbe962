import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostFiles, hosts } from '../../scripts/vscodeHost/hosts.mjs';

/**
 * Copies a small C project that people wrote: the reference implementation of Argon2, 15 files, 140 KB, which comes
 * with the newest VS Code host. Returns the folder.
 */
export function copyRealProject(folder: string): string {
  const argon2 = join(hostFiles(hosts[0]!).folder, 'node_modules', 'argon2', 'argon2');
  mkdirSync(folder, { recursive: true });
  for (const name of ['include', 'src']) cpSync(join(argon2, name), join(folder, name), { recursive: true });
  return folder;
}
