import { existsSync, readdirSync } from 'node:fs';
import * as esbuild from 'esbuild';

/** Each folder of media/pages with a main.ts is a page of a webview; its style sheet is what it imports of that kind. */
const pages = readdirSync('media/pages')
  .map((name) => [name, `media/pages/${name}/main.ts`])
  .filter(([, path]) => existsSync(path));

/** @type {esbuild.BuildOptions} */
const shared = {
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  sourcesContent: false,
};

/** @type {esbuild.BuildOptions[]} */
const builds = [
  {
    ...shared,
    entryPoints: {
      cli: 'src/cli/main.ts',
      process: 'src/process/main.ts',
      trainingWorker: 'src/model/training/backends/onnx/worker.ts',
    },
    // Their native libraries must be found on disk, beside their own JavaScript.
    external: ['onnxruntime-node', 'webgpu'],
  },
  // Apart from the others: nothing native may be in the extension host, so nothing native is external here.
  { ...shared, entryPoints: { extension: 'src/extension/extension.ts' }, external: ['vscode'] },
  {
    entryPoints: Object.fromEntries(pages),
    outdir: 'dist/pages',
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minify: true,
    legalComments: 'none',
  },
];

if (process.argv.includes('--watch')) {
  const contexts = await Promise.all(builds.map((build) => esbuild.context({ ...build, logLevel: 'info' })));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  // esbuild has already said what is wrong.
  await Promise.all(builds.map((build) => esbuild.build({ ...build, logLevel: 'warning' }))).catch(() =>
    process.exit(1),
  );
}
