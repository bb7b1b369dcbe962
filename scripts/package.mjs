// `npm run package`: the extension as .vsix files in dist/packages, one a platform and one for all of them.
//
//   npm run package -- --target linux-x64     only this one; may be given several times
//   npm run package -- --with-node            packs a Node too, for desktops that have none
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { addNode } from './package/node.mjs';
import { stage } from './package/stage.mjs';
import { targets, universal } from './package/targets.mjs';
import { ensureBuilt, root } from './prepare.mjs';

const { values: options } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: [...Object.keys(targets), universal] },
    'with-node': { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'dist', 'packages') },
  },
});

ensureBuilt();
mkdirSync(options.out, { recursive: true });
for (const target of options.target) {
  const folder = join(options.out, `staged-${target}`);
  stage(target, folder);
  const withNode = options['with-node'] && target !== universal;
  if (withNode) addNode(target, folder);
  const path = join(options.out, `unreasonable-${target}${withNode ? '-node' : ''}.vsix`);
  await createVSIX({
    cwd: folder,
    packagePath: path,
    ...(target === universal ? {} : { target }),
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
    // A look for secrets in 50 MB of machine code; what gets in is named file by file.
    allowPackageAllSecrets: true,
  });
  rmSync(folder, { recursive: true });
  console.log(`${path}: ${(statSync(path).size / 1e6).toFixed(1)} MB`);
}
