import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect } from 'vitest';

export const program = resolve('dist/cli.cjs');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built CLI, started as a person would. `onStart` gets the process while it runs. */
export async function cli(
  args: readonly string[],
  options: { cwd?: string; onStart?: (child: ChildProcess) => void } = {},
): Promise<CliResult> {
  return execute([process.execPath, program, ...args], options);
}

/** A command line for a POSIX shell. */
export async function shell(command: string, cwd: string): Promise<CliResult> {
  return execute(['bash', '-c', command], { cwd });
}

async function execute(
  [command, ...args]: readonly string[],
  { cwd, onStart }: { cwd?: string; onStart?: (child: ChildProcess) => void },
): Promise<CliResult> {
  // A TensorFlow that this machine may have would be tried, and talk on stderr.
  const env = {
    ...process.env,
    XDG_DATA_HOME: join(tmpdir(), 'unreasonable no data'),
    UNREASONABLE_TENSORFLOW_PATH: '',
  };
  const child = spawn(command!, args, { cwd: cwd ?? process.cwd(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const code = new Promise<number | null>((done, reject) => child.on('close', done).on('error', reject));
  onStart?.(child);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

/** The JSON object that --json leaves on the last line of stdout. */
export function lastLine<Result = Record<string, unknown>>({ stdout }: CliResult): Result {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Result;
}

/** Expects what every mistake of a person gets: exit code 1 and one sentence on stderr, with no stack. */
export function expectSentence({ code, stderr }: CliResult, sentence: RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr).toMatch(/^[^\n]+\.\n$/);
  expect(code).toBe(1);
}

/** A folder with these files for the tests of the calling file; it goes after them. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable cli '));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Statements in an order that is not quite regular: text that a small model learns quickly. */
export function statements(lines: number): string {
  const choices = ['int value = 1;', 'return value;', 'if (value) {', '}', 'value++;'];
  return Array.from({ length: lines }, (_, i) => `${choices[(i * i + i) % choices.length]}\n`).join('');
}

/** Options of a model that trains in a moment. */
export const tiny = ['--hidden-size', '16', '--num-layers', '1', '--sequence-length', '12', '--batch-size', '8'];
