import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelProcess, type ModelProcessOptions } from '../../src/process/client';
import type { CompletionRequest, ProcessKind } from '../../src/process/protocol';

export const program = `${process.cwd()}/dist/process.cjs`;

/** A folder of its own for a test file, gone after it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'unreasonable-process-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A project of 36 small files that say the same over and over, so that a small model learns it in seconds. */
export function writeProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];
  for (const first of names) {
    for (const second of names) {
      const name = `${first}_${second}`;
      writeFileSync(join(folder, `${name}.c`), `#include <linux/module.h>\n\n${cFunction(name)}`);
    }
  }
  return folder;
}

function cFunction(name: string): string {
  return `static int ${name}(struct device *dev)\n{\n\tif (!dev)\n\t\treturn -EINVAL;\n\treturn 0;\n}\n`;
}

export function modelProcess(kind: ProcessKind, options: Partial<ModelProcessOptions> = {}): ModelProcess {
  return new ModelProcess({ kind, node: process.execPath, program, log: () => {}, ...options });
}

export function completionRequest(prefix: string, changes: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    document: 'file:///alpha.c',
    path: 'alpha.c',
    prefix,
    suffix: '',
    elsewhere: '',
    options: {
      maxLines: 1,
      confidence: 0.3,
      temperature: 0,
      choices: 1,
      indentation: { insertSpaces: false, tabSize: 8 },
      endOfLine: '\n',
    },
    ...changes,
  };
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** A process that has ended and that nobody has asked for yet, as in a container without an init. */
function isZombie(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && / Z /.test(readFileSync(path, 'utf8'));
}

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
