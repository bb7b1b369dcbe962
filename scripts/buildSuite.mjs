// Makes dist/test: what runs inside a VS Code's extension host, and the programs that start one.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureInstalled, root, run } from './prepare.mjs';

/** The extension that holds the tests: it has nothing to do with the one that is tested. */
const manifest = {
  name: 'unreasonable-tests',
  publisher: 'unreasonable',
  version: '0.0.0',
  engines: { vscode: '^1.96.0' },
  main: './fileSystem.cjs',
  activationEvents: ['onFileSystem:vscode-vfs'],
  capabilities: { untrustedWorkspaces: { supported: true }, virtualWorkspaces: true },
};

/** Builds the program and the suite, and makes dist/test an extension of its own, which holds nothing but the tests. */
export async function buildSuite() {
  ensureInstalled();
  run(process.execPath, ['esbuild.mjs'], { stdout: 'stderr' });
  const tests = join(root, 'test');
  const folder = join(root, 'dist', 'test');
  const suiteFiles = testFiles('suite');
  // Each of these wants a window of its own.
  const windowFiles = testFiles('windows');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));

  // Not with the import at the top: esbuild may have been installed just now.
  const esbuild = await import('esbuild');
  const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', sourcemap: 'inline' };
  await Promise.all([
    esbuild.build({
      ...shared,
      stdin: { contents: suiteOf(suiteFiles), resolveDir: join(tests, 'extension'), loader: 'ts' },
      outfile: join(folder, 'suite.cjs'),
      external: ['vscode'],
      // Mocha asks where its workers are, which it does without here.
      logOverride: { 'require-resolve-not-external': 'silent' },
    }),
    ...windowFiles.map((file) =>
      esbuild.build({
        ...shared,
        stdin: { contents: suiteOf([file]), resolveDir: join(tests, 'extension'), loader: 'ts' },
        outfile: join(folder, `${basename(file, '.suite.ts')}.cjs`),
        external: ['vscode'],
        logOverride: { 'require-resolve-not-external': 'silent' },
      }),
    ),
    esbuild.build({
      ...shared,
      entryPoints: { fileSystem: join(tests, 'extension', 'windows', 'fileSystem.ts') },
      outdir: folder,
      outExtension: { '.js': '.cjs' },
      external: ['vscode'],
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
      external: ['@vscode/test-electron', 'playwright-core', 'onnxruntime-node'],
    }),
  ]);
}

/**
 * A module that runs some test files.
 * @param {string[]} files
 */
function suiteOf(files) {
  const loaders = files.map((file) => `() => import('./${file}')`);
  return `import { runMocha } from './runMocha';
    export const run = () => runMocha([${loaders.join(', ')}]);`;
}

/**
 * The test files in a folder of test/extension.
 * @param {string} folder
 */
function testFiles(folder) {
  const names = readdirSync(join(root, 'test', 'extension', folder)).filter((name) => name.endsWith('.suite.ts'));
  return names.map((name) => `${folder}/${name}`);
}
