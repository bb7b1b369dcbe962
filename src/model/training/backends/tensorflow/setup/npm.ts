import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from '../../../../errors';

/**
 * The program of npm, for `node npm-cli.js …`: that of this Node, or the one on the PATH.
 *
 * @throws UserError when there is none.
 */
export function findNpm(path = process.env.PATH ?? '', node = process.execPath): string {
  const folders = [dirname(node), ...path.split(delimiter).filter((folder) => folder !== '')];
  for (const folder of folders) {
    for (const modules of [join(folder, 'node_modules'), join(dirname(folder), 'lib', 'node_modules')]) {
      const program = join(modules, 'npm', 'bin', 'npm-cli.js');
      if (existsSync(program)) return program;
    }
    // Elsewhere, as Debian has it, the command is a link to it.
    const command = join(folder, 'npm');
    if (existsSync(command) && realpathSync(command).endsWith('.js')) return realpathSync(command);
  }
  throw new UserError('npm was not found: install Node.js with npm from nodejs.org, and try again.');
}

/** The environment in which the package's own build works, also without a network where headers of Node are here. */
export function buildEnvironment(npm: string, linkerFlags: readonly string[]): NodeJS.ProcessEnv {
  const gyp = join(dirname(dirname(npm)), 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const prefix = dirname(dirname(process.execPath));
  const environment: NodeJS.ProcessEnv = { ...process.env };
  if (existsSync(gyp)) environment.npm_config_node_gyp = gyp;
  if (existsSync(join(prefix, 'include', 'node', 'node_api.h'))) environment.npm_config_nodedir = prefix;
  environment.LDFLAGS = [process.env.LDFLAGS, ...linkerFlags].filter(Boolean).join(' ');
  return environment;
}
