// Bundles what runs inside a VS Code's extension host, and the program that starts a downloaded one, into dist/test.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { ensureInstalled, root } from './prepare.mjs';

/** Builds dist/test, an extension of its own that does nothing but hold the tests. */
export async function buildSuite() {
  ensureInstalled();
  const folder = join(root, 'dist', 'test');
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'unreasonable-tests', publisher: 'unreasonable', version: '0.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, engines: { vscode: '^1.96.0' } }));

  const files = readdirSync(join(root, 'test', 'extension', 'suite')).filter((name) => name.endsWith('.suite.ts'));
  const loaders = files.map((name) => `() => import('./suite/${name}')`);
  const contents = `import { runMocha } from './runMocha';
    export const run = () => runMocha([${loaders.join(', ')}]);`;
  const shared = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    // Mocha asks where its workers are; tests of one editor run in one process.
    logOverride: { 'require-resolve-not-external': 'silent' },
  };
  await esbuild.build({
    ...shared,
    stdin: { contents, resolveDir: join(root, 'test', 'extension'), loader: 'ts' },
    external: ['vscode'],
    outfile: join(folder, 'suite.cjs'),
  });
  await esbuild.build({
    ...shared,
    entryPoints: [join(root, 'test', 'extension', 'runDesktop.ts')],
    external: ['@vscode/test-electron'],
    outfile: join(folder, 'runDesktop.cjs'),
  });
}

if (import.meta.url === `file://${process.argv[1]}`) await buildSuite();
