// Makes dist/test: what runs inside a VS Code's extension host, and the programs that start one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, run } from './prepare.mjs';

/** Builds the program and the suite, and makes dist/test an extension of its own, which holds nothing but the tests. */
export async function buildSuite() {
  ensureInstalled();
  run(process.execPath, ['esbuild.mjs'], { stdout: 'stderr' });
  const tests = join(root, 'test');
  const folder = join(root, 'dist', 'test');
  const manifest = { name: 'unreasonable-tests', publisher: 'unreasonable', version: '0.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, engines: { vscode: '^1.96.0' } }));
  // Not with the import at the top: esbuild may have been installed just now.
  const esbuild = await import('esbuild');
  const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs' };
  await Promise.all([
    esbuild.build({
      ...shared,
      entryPoints: {
        runDesktop: join(tests, 'extension', 'runDesktop.ts'),
        latency: join(tests, 'bench', 'latency.ts'),
      },
      outdir: folder,
      outExtension: { '.js': '.cjs' },
      external: ['@vscode/test-electron', 'playwright-core'],
    }),
    esbuild.build({
      ...shared,
      entryPoints: [join(tests, 'bench', 'inHost.ts')],
      outfile: join(folder, 'bench.cjs'),
      external: ['vscode'],
    }),
  ]);
}
