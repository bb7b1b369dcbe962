import * as esbuild from 'esbuild';

/** @type {esbuild.BuildOptions} */
const options = {
  entryPoints: {
    cli: 'src/cli/main.ts',
    process: 'src/process/main.ts',
    trainingWorker: 'src/model/training/backends/onnx/worker.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Their native libraries must be found on disk, beside their own JavaScript.
  external: ['onnxruntime-node', 'webgpu'],
  sourcemap: true,
  sourcesContent: false,
};

if (process.argv.includes('--watch')) {
  const context = await esbuild.context({ ...options, logLevel: 'info' });
  await context.watch();
} else {
  // esbuild has already said what is wrong.
  await esbuild.build({ ...options, logLevel: 'warning' }).catch(() => process.exit(1));
}
