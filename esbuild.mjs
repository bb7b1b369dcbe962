import * as esbuild from 'esbuild';

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
