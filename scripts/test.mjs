// All tests, as `npm test` runs them: types and lint, build, unit and CLI tests; then what was skipped and why.
//
// With --nothing-skipped a skipped test is a failure, unless its reason contains the text of a --may-skip option.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, npm, root } from './prepare.mjs';

const { values: options } = parseArgs({
  options: {
    'nothing-skipped': { type: 'boolean', default: false },
    'may-skip': { type: 'string', multiple: true, default: [] },
  },
});

ensureInstalled();
npm(['run', '--silent', 'check']);
npm(['run', '--silent', 'build']);

const summary = runVitest();
for (const { name, reason } of summary.skipped) console.log(`skipped: ${name} (${reason ?? 'gives no reason'})`);
const forbidden = options['nothing-skipped']
  ? summary.skipped.filter(({ reason }) => !options['may-skip'].some((text) => reason?.includes(text)))
  : [];
if (forbidden.length > 0) console.log(`${forbidden.length} of the skipped tests should have run here.`);
console.log(`${summary.passed} passed, ${summary.failed} failed, ${summary.skipped.length} skipped`);
process.exitCode = summary.failed + forbidden.length > 0 ? 1 : 0;

/** Runs Vitest and returns what its tests did; a crash counts as one failure. */
function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-test-'));
  const path = join(folder, 'summary.json');
  try {
    const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, UNREASONABLE_TEST_SUMMARY: path },
    });
    const summary = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { passed: 0, failed: 0, skipped: [] };
    return status === 0 ? summary : { ...summary, failed: Math.max(1, summary.failed) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
