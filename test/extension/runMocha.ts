import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** What became of the tests, for the process that started the extension host. */
export interface SuiteResults {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  readonly skipped: readonly string[];
}

/**
 * Runs mocha tests inside the extension host. Writes {@link SuiteResults} to the file that
 * UNREASONABLE_SUITE_RESULTS names, and throws when a test failed.
 *
 * @param loaders import the files that declare the tests, once mocha's globals are there.
 */
export async function runMocha(loaders: readonly (() => Promise<unknown>)[]): Promise<void> {
  const path = process.env.UNREASONABLE_SUITE_RESULTS;
  // Real work in a real editor on a slow machine; no test measures time.
  const mocha = new Mocha({ ui: 'bdd', reporter: path === undefined ? 'spec' : 'min', timeout: 300_000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of loaders) await load();
  const results = await collect(mocha);
  if (path !== undefined) writeFileSync(path, JSON.stringify(results));
  if (results.failed.length > 0) throw new Error(`${results.failed.length} of the tests failed.`);
}

function collect(mocha: Mocha): Promise<SuiteResults> {
  const passed: string[] = [];
  const failed: { name: string; message: string }[] = [];
  const skipped: string[] = [];
  return new Promise((resolve) => {
    mocha
      .run(() => resolve({ passed, failed, skipped }))
      .on('pass', (test) => passed.push(test.fullTitle()))
      .on('pending', (test) => skipped.push(test.fullTitle()))
      .on('fail', (test, error: Error) =>
        failed.push({ name: test.fullTitle(), message: error.stack ?? String(error) }),
      );
  });
}
