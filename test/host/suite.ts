import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Host } from '../../scripts/vscodeHost/hosts.mjs';
import type { SuiteResults } from '../extension/runMocha';
import { type HostOptions, startHost } from './host';
import type { RunningProcess } from './processes';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The extension that holds the suite, see scripts/buildSuite.mjs. */
export const tests = join(root, 'dist', 'test');

export interface SuiteOptions {
  readonly host: Host;
  /** As in {@link HostOptions}. */
  readonly workspace?: string;
  readonly restricted?: boolean;
  /** The package to test; without one it is the development folder. */
  readonly vsix?: string;
  /** A module with `run()`; by default the suite. */
  readonly testsPath?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface SuiteOutcome {
  readonly results: SuiteResults;
  /** Processes that were there after VS Code had ended. */
  readonly survivors: readonly RunningProcess[];
}

/** Milliseconds. */
const longestRun = 10 * 60_000;

/** Runs the suite inside the extension host of a real workbench, as test-electron does on a desktop. */
export async function runSuite(options: SuiteOptions): Promise<SuiteOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-suite-'));
  const path = join(folder, 'results.json');
  let ended: (code: number) => void = () => {};
  const end = new Promise<number>((resolve) => {
    ended = resolve;
  });
  const hostOptions: HostOptions = {
    host: options.host,
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    restricted: options.restricted ?? false,
    developmentExtensions: options.vsix === undefined ? [root, tests] : [tests],
    testsPath: options.testsPath ?? join(tests, 'suite.cjs'),
    onTestsEnd: ended,
    env: { ...options.env, UNREASONABLE_SUITE_RESULTS: path },
    ...(options.vsix === undefined ? {} : { vsix: options.vsix }),
  };
  try {
    const running = await startHost(hostOptions);
    const waiting = new AbortController();
    const code = await Promise.race([end, sleep(longestRun, null, { signal: waiting.signal })]);
    waiting.abort();
    const survivors = await running.dispose();
    if (code === null) throw new Error(`The suite did not end in ${longestRun / 60_000} minutes.`);
    if (!existsSync(path)) throw new Error(`The suite ended with code ${code} and wrote no results.`);
    return { results: JSON.parse(readFileSync(path, 'utf8')), survivors };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
