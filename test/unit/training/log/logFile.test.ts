import * as fs from 'node:fs';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import type { LogEntry } from '../../../../src/model/training/log/entries';
import { LogFile, readLog } from '../../../../src/model/training/log/logFile';
import { useTemporaryFolder } from '../../files/temporaryFolder';

const inFolder = useTemporaryFolder();
// So that a test can make one of them fail.
vi.mock('node:fs', async (original) => ({ ...(await original<typeof fs>()) }));
afterEach(() => vi.restoreAllMocks());

const notice = (message: string): LogEntry => ({ type: 'notice', step: 1, characters: 1, seconds: 1, message });

function write(path: string, resumed: boolean, ...messages: string[]): string[] {
  const problems: string[] = [];
  const log = new LogFile(path, (problem) => problems.push(problem));
  log.add(notice(messages[0]!));
  log.begin({ resumed });
  for (const message of messages.slice(1)) log.add(notice(message));
  log.close();
  return problems;
}

const messagesIn = async (path: string) =>
  (await readLog(path)).map((entry) => (entry.type === 'notice' ? entry.message : entry.type));

it('keeps what came before it was begun, and all after', async () => {
  expect(write(inFolder('log'), false, 'a', 'b', 'c')).toEqual([]);
  expect(await messagesIn(inFolder('log'))).toEqual(['a', 'b', 'c']);
});

it('writes nothing before it is begun', () => {
  new LogFile(inFolder('log'), () => {}).add(notice('a'));
  expect(existsSync(inFolder('log'))).toBe(false);
});

it('takes the place of an earlier log, or goes on in it after a resume', async () => {
  write(inFolder('log'), false, 'a');
  write(inFolder('log'), true, 'b');
  expect(await messagesIn(inFolder('log'))).toEqual(['a', 'b']);
  write(inFolder('log'), false, 'c');
  expect(await messagesIn(inFolder('log'))).toEqual(['c']);
});

it('goes on behind a line that a crash left half-written', async () => {
  write(inFolder('log'), false, 'a');
  appendFileSync(inFolder('log'), '{"type":"notice","st');
  write(inFolder('log'), true, 'b');
  expect(await messagesIn(inFolder('log'))).toEqual(['a', 'b']);
});

it('tells once that it cannot be written, and costs nothing else', () => {
  mkdirSync(inFolder('log'));
  const problems = write(inFolder('log'), false, 'a', 'b', 'c');
  expect(problems).toEqual([
    expect.stringMatching(/log was not written because .*\. The training goes on without its/),
  ]);
});

it('costs no training when its disk fails, of which no sentence is known', () => {
  vi.spyOn(fs, 'renameSync').mockImplementation(() => {
    throw Object.assign(new Error('EIO: i/o error, rename'), { code: 'EIO' });
  });
  expect(write(inFolder('log'), false, 'a', 'b')).toEqual([
    expect.stringMatching(/log was not written \(EIO: i\/o error, rename\)\. The training goes on without its log\.$/),
  ]);
  expect(readdirSync(inFolder('.'))).toEqual([]);
});

it('hides no mistake of ours', () => {
  const cyclic = { ...notice('a') } as unknown as Record<string, unknown>;
  cyclic.message = cyclic;
  const log = new LogFile(inFolder('log'), () => {});
  log.begin({ resumed: false });
  expect(() => log.add(cyclic as unknown as LogEntry)).toThrow(TypeError);
  log.close();
});

it('is empty where there is none', async () => {
  expect(await readLog(inFolder('nowhere'))).toEqual([]);
  writeFileSync(inFolder('other'), 'not JSON\n[1]\n"text"\n');
  expect(await readLog(inFolder('other'))).toEqual([]);
  expect(readFileSync(inFolder('other'), 'utf8')).toContain('not JSON');
});
