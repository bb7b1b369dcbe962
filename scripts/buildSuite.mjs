// Makes dist/test: what runs inside a VS Code's extension host, and the programs that start one.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, run } from './prepare.mjs';

/** Builds the program and the suite, and makes dist/test an extension of its own, which holds nothing but the tests. */
export async function buildSuite() {
  ensureInstalled();
  run(process.execPath, ['esbuild.mjs'], { stdout: 'stderr' });
  const tests = join(root, 'test');
  const folder = join(root, 'dist', 'test');
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'unreasonable-tests', publisher: 'unreasonable', version: '0.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, engines: { vscode: '^1.96.0' } }));

  // Not with the import at the top: esbuild may have been installed just now.
  const esbuild = await import('esbuild');
  const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', sourcemap: 'inline' };
  await Promise.all([
    esbuild.build({
      ...shared,
      stdin: { contents: suite(), resolveDir: join(tests, 'extension'), loader: 'ts' },
      outfile: join(folder, 'suite.cjs'),
      external: ['vscode'],
      // Mocha asks where its workers are, which it does without here.
      logOverride: { 'require-resolve-not-external': 'silent' },
    }),
    esbuild.build({
      ...shared,
      entryPoints: [join(tests, 'bench', 'inHost.ts')],
      outfile: join(folder, 'bench.cjs'),
      external: ['vscode'],
    }),
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
  ]);
}

/** A module that runs the test files of test/extension/suite. */
function suite() {
  const files = readdirSync(join(root, 'test', 'extension', 'suite')).filter((name) => name.endsWith('.suite.ts'));
  const loaders = files.map((name) => `() => import('./suite/${name}')`);
  return `import { runMocha } from './runMocha';
    export const run = () => runMocha([${loaders.join(', ')}]);`;
}
