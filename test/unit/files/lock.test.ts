import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/model/errors';
import { acquireLock, FolderHeld } from '../../../src/model/files/lock';
import { useTemporaryFolder } from './temporaryFolder';

const inFolder = useTemporaryFolder();
const lockPath = () => inFolder('out/training.lock');
const owner = () => JSON.parse(readFileSync(lockPath(), 'utf8'));

/** A pid that was in use and is no more. */
const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

function leaveLock(contents: unknown): void {
  mkdirSync(inFolder('out'), { recursive: true });
  writeFileSync(lockPath(), typeof contents === 'string' ? contents : `${JSON.stringify(contents)}\n`);
}

describe('a lock', () => {
  it('is a file that says who holds the folder, and is gone after its release', async () => {
    const lock = await acquireLock(inFolder('out'));
    expect(owner()).toMatchObject({ pid: process.pid, host: hostname() });
    await lock.release();
    expect(readdirSync(inFolder('out'))).toEqual([]);
    await lock.release();
    await (await acquireLock(inFolder('out'))).release();
  });

  it('keeps everyone else out until then', async () => {
    const lock = await acquireLock(inFolder('out'));
    const second = acquireLock(inFolder('out'));
    await expect(second).rejects.toThrow(
      new UserError(
        `Another training (process ${process.pid}) is writing to ${inFolder('out')}; stop it or choose another folder.`,
      ),
    );
    await lock.release();
    await (await acquireLock(inFolder('out'))).release();
  });

  it('does not hold other folders', async () => {
    const locks = await Promise.all(['a', 'b'].map((name) => acquireLock(inFolder(name))));
    await Promise.all(locks.map((lock) => lock.release()));
  });

  it('once taken over is not released by who held it before', async () => {
    const lock = await acquireLock(inFolder('out'));
    leaveLock({ pid: process.ppid, host: hostname(), started: null, token: 'another' });
    await lock.release();
    expect(owner().token).toBe('another');
  });
});

describe('a lock that was left behind', () => {
  it('by a process that is gone is taken over', async () => {
    leaveLock({ pid: deadPid(), host: hostname(), started: null, token: 'x' });
    const lock = await acquireLock(inFolder('out'));
    expect(owner().pid).toBe(process.pid);
    await lock.release();
    expect(readdirSync(inFolder('out'))).toEqual([]);
  });

  it.runIf(existsSync('/proc/self/stat'))('by a process whose pid now belongs to another is taken over', async () => {
    const lock = await acquireLock(inFolder('out'));
    leaveLock({ ...owner(), started: '1' });
    await lock.release();
    await (await acquireLock(inFolder('out'))).release();
  });

  it.each(['', '{"pid":', 'null\n', '{"pid":"x"}\n'])('half-written, as %j, is taken over', async (contents) => {
    leaveLock(contents);
    await (await acquireLock(inFolder('out'))).release();
  });

  it('together with the mark of a process that died while it took over is taken over', async () => {
    leaveLock({ pid: deadPid(), host: hostname(), started: null, token: 'x' });
    writeFileSync(inFolder('out/training.lock.takeover'), '');
    utimesSync(inFolder('out/training.lock.takeover'), 0, 0);
    await (await acquireLock(inFolder('out'))).release();
    expect(readdirSync(inFolder('out'))).toEqual([]);
  });
});

describe('a lock that may be held', () => {
  it('by a running process, started who knows when, is respected', async () => {
    leaveLock({ pid: process.ppid, host: hostname(), started: null, token: 'x' });
    await expect(acquireLock(inFolder('out'))).rejects.toThrow(`(process ${process.ppid}) is writing to`);
    expect(owner().token).toBe('x');
  });

  it('on another computer is respected, and people are told how to get rid of it', async () => {
    leaveLock({ pid: deadPid(), host: 'another-computer', started: null, token: 'x' });
    const acquired = acquireLock(inFolder('out'));
    await expect(acquired).rejects.toThrow(/on another-computer\) .* delete .*training\.lock\.$/);
    await expect(acquired).rejects.toThrow(UserError);
    await expect(acquired).rejects.toThrow(FolderHeld);
  });
});

it('a folder that cannot be made is refused in a sentence', async () => {
  writeFileSync(inFolder('file'), '');
  const refused = acquireLock(inFolder('file/out'));
  await expect(refused).rejects.toThrow(UserError);
  // What can't be written is held by nobody, and waiting does not help.
  await expect(refused).rejects.not.toThrow(FolderHeld);
});

describe('several processes at once', () => {
  function startContenders(count: number): { ask(command: string): Promise<string[]>; stop(): Promise<void> } {
    const program = inFolder('contender.cjs');
    const source = fileURLToPath(new URL('./lockContender.ts', import.meta.url));
    buildSync({ entryPoints: [source], outfile: program, bundle: true, platform: 'node', logLevel: 'error' });
    const children = Array.from({ length: count }, () =>
      spawn(process.execPath, [program, inFolder('out')], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const lines = children.map((child) => createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    return {
      async ask(command) {
        for (const child of children) child.stdin.write(`${command}\n`);
        return await Promise.all(lines.map(async (line) => (await line.next()).value));
      },
      async stop() {
        await Promise.all(children.map(ended));
      },
    };
  }

  async function ended(child: ChildProcess): Promise<void> {
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.stdin?.end();
    });
  }

  it('find a stale lock and only one gets it', async () => {
    const contenders = startContenders(4);
    try {
      await contenders.ask('release');
      for (let round = 0; round < 25; round++) {
        leaveLock({ pid: deadPid(), host: hostname(), started: null, token: `${round}` });
        const answers = await contenders.ask('acquire');
        expect(answers.filter((answer) => answer === 'held').length, `${answers}`).toBe(1);
        expect(answers.filter((answer) => /^Another training \(process \d+\)/.test(answer)).length).toBe(3);
        await contenders.ask('release');
        expect(readdirSync(inFolder('out'))).toEqual([]);
      }
    } finally {
      await contenders.stop();
    }
  });
});
