import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that drive a real VS Code: one at a time, and after all others, since each wants the whole machine. */
const vscodeTests = [
  'test/host/**/*.test.ts',
  'test/extension/**/*.test.ts',
  'test/views/**/*.test.ts',
  'test/walk/**/*.test.ts',
  'test/package/**/*.test.ts',
];

export default defineConfig({
  test: {
    reporters: ['default', './test/summaryReporter.ts'],
    projects: [
      {
        test: {
          name: 'engine',
          include: ['test/**/*.test.ts'],
          exclude: vscodeTests,
          globalSetup: './test/globalSetup.mjs',
          alias: { vscode: fileURLToPath(new URL('test/unit/extension/vscode.ts', import.meta.url)) },
          // Training and sampling tests do real work; a slow machine must not fail them. No test measures time.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'vscode',
          include: vscodeTests,
          globalSetup: './test/host/globalSetup.mjs',
          testTimeout: 900_000,
          hookTimeout: 300_000,
          // Between a test and its editor are a browser, two servers and a machine with other things to do.
          retry: 1,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
