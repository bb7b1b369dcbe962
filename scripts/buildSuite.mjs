// Makes dist/test: what runs inside a VS Code's extension host, and the program that starts a downloaded VS Code.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, run } from './prepare.mjs';

/** Builds the program and the suite, and makes dist/test an extension of its own, which holds nothing but the tests. */
export async function buildSuite() {
  ensureInstalled();
  run(process.execPath, ['esbuild.mjs'], { stdout: 'stderr' });
  const folder = join(root, 'dist', 'test');
  const manifest = { name: 'unreasonable-tests', publisher: 'unreasonable', version: '0.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, engines: { vscode: '^1.96.0' } }));
  // Not with the import at the top: esbuild may have been installed just now.
  const esbuild = await import('esbuild');
  await esbuild.build({
    entryPoints: [join(root, 'test', 'extension', 'runDesktop.ts')],
    outfile: join(folder, 'runDesktop.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@vscode/test-electron'],
  });
}
