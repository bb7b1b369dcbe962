import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/globalSetup.mjs',
    reporters: ['default', './test/summaryReporter.ts'],
    // Training and sampling tests do real work; a slow machine must not fail them. No test measures time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
