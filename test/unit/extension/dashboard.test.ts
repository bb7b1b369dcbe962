import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Dashboard, type DashboardParts } from '../../../src/extension/views/dashboard/dashboard';
import type { FromDashboard, ToDashboard } from '../../../src/extension/views/dashboard/messages';
import type { LogEntry } from '../../../src/model/training/log/entries';
import { fakePanel } from './fakePanel';
import { EventEmitter, Uri, window } from './vscode';

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'unreasonable-dashboard-')), '2030-01-01');
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const notice = (step: number): LogEntry => {
  return { type: 'notice', step, characters: step, seconds: step, message: 'It went back.' };
};

test('what is logged while the logs are read is not lost', async () => {
  const stored = [notice(1), notice(2)];
  writeFileSync(join(folder, 'training.jsonl'), stored.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const logged = new EventEmitter<LogEntry>();
  const log = [notice(2)];
  const onDidChange = new EventEmitter<void>().event;
  const training = { folder, log, status: null, resumable: false, onDidChange, onDidLog: logged.event };
  const models = { list: async () => [{ path: folder }], onDidChange, folder: join(folder, '..') };
  const parts = { training, models, extensionUri: Uri.file('/extension'), settings: { get: () => 10 } };
  const tab = fakePanel<ToDashboard, FromDashboard>();
  window.createWebviewPanel = () => tab.panel;
  const dashboard = new Dashboard(parts as unknown as DashboardParts);
  dashboard.show();
  const ready = tab.send({ type: 'ready' });
  // The file is being read; what is new is told at once, and then again as a part of the whole.
  log.push(notice(3));
  logged.fire(notice(3));
  await ready;
  await vi.waitFor(() => expect(tab.count('trainings')).toBe(1));
  expect(tab.last('trainings')!.trainings).toMatchObject([
    { id: basename(folder), log: [notice(1), notice(2), notice(3)] },
  ]);
  dashboard.dispose();
});
