import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** A test as the results file lists it. */
export interface Result {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error?: string;
}

/** Where the results go as JSON, for whoever started the editor. */
const resultsPath = process.env.UNREASONABLE_SUITE_RESULTS;

/** Called by VS Code's extension host (`extensionTestsPath`); rejects when a test fails. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./activation.suite');
  await import('./settings.suite');
  await import('./withoutModel.suite');
  await import('./training.suite');
  await import('./completion.suite');
  await import('./writing.suite');
  await import('./models.suite');
  await import('./process.suite');
  const results: Result[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => results.push({ title: test.fullTitle(), state: 'passed' }));
    runner.on('pending', (test) => results.push({ title: test.fullTitle(), state: 'skipped' }));
    runner.on('fail', (test, error: Error) =>
      results.push({ title: test.fullTitle(), state: 'failed', error: error.stack ?? error.message }),
    );
  });
  if (resultsPath !== undefined) writeFileSync(resultsPath, JSON.stringify(results, null, 2));
  if (failures > 0) {
    const failed = results.filter(({ state }) => state === 'failed');
    throw new Error(failed.map(({ title, error }) => `${title}\n${error}`).join('\n\n'));
  }
}
