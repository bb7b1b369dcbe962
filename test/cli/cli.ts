import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built CLI as a person would and waits for its end. */
export async function cli(args: readonly string[], cwd = process.cwd()): Promise<CliResult> {
  const child = spawn(process.execPath, [`${process.cwd()}/dist/cli.cjs`, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
