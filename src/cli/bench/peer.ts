import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { UserError } from '../../model/errors';

/** A script of `scripts/bench` that runs in Python: it prints JSON lines, and may answer JSON commands with them. */
export class Peer {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterableIterator<string>;

  constructor(
    private readonly python: string,
    script: string,
    args: readonly string[] = [],
  ) {
    this.child = spawn(python, ['-W', 'ignore', scriptPath(script), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** The next JSON line, or null at the end. */
  async read<Answer>(): Promise<Answer | null> {
    const { value, done } = await this.lines.next();
    return done ? null : (JSON.parse(value) as Answer);
  }

  /** Sends a command and waits for its answer. */
  async ask<Answer>(command: object): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = await this.read<Answer>();
    if (answer === null) throw new UserError(`${this.python} ended unexpectedly: see its message above.`);
    return answer;
  }

  close(): void {
    this.child.stdin.end();
    this.child.kill();
  }
}

/** The scripts lie in the checkout, one folder above the bundle. */
function scriptPath(name: string): string {
  const path = join(__dirname, '../scripts/bench', name);
  if (!existsSync(path)) {
    throw new UserError(`${path} is missing: comparisons with PyTorch run in a checkout of Unreasonable only.`);
  }
  return path;
}
