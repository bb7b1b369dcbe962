import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** What one test runner did, for scripts/test.mjs to add up. */
export interface Summary {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string | null }[];
}

/**
 * Writes a {@link Summary} to the file that UNREASONABLE_TEST_SUMMARY names. Unlike Vitest's JSON report it keeps the
 * reasons that tests give to `context.skip(reason)`.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const path = process.env.UNREASONABLE_TEST_SUMMARY;
    if (path === undefined) return;
    const summary: Summary = { passed: 0, failed: errors.length, skipped: [] };
    for (const module of modules) {
      // A file that can't be loaded and a hook that throws leave no test to fail.
      summary.failed += module.errors().length;
      for (const suite of module.children.allSuites()) summary.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') summary.passed++;
        else if (result.state === 'failed') summary.failed++;
        else {
          const reason = result.state === 'skipped' ? (result.note ?? null) : null;
          summary.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason });
        }
      }
    }
    writeFileSync(path, JSON.stringify(summary));
  }
}
