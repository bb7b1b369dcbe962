import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { UserError } from '../../../src/model/errors';
import { keepEarlier } from '../../../src/model/training/earlier';
import { useTemporaryFolder } from '../files/temporaryFolder';

const inFolder = useTemporaryFolder();
// So that a test can take second names from the file system.
vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof files>()) }));
afterEach(() => vi.restoreAllMocks());

const failWith = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

it('keeps nothing of a training before the last one, also where that lacks a file', async () => {
  for (const name of ['model.onnx', 'checkpoint.safetensors', 'training.jsonl']) writeFileSync(inFolder(name), 'first');
  expect(await keepEarlier(inFolder('.'))).toBe(true);
  rmSync(inFolder('training.jsonl'));
  writeFileSync(inFolder('model.onnx'), 'second');
  expect(await keepEarlier(inFolder('.'))).toBe(true);
  const kept = readdirSync(inFolder('.')).filter((name) => name.includes('.previous.'));
  expect(kept).toEqual(['checkpoint.previous.safetensors', 'model.previous.onnx']);
});

it('leaves what it has kept where there is no training to keep', async () => {
  writeFileSync(inFolder('model.previous.onnx'), 'kept');
  expect(await keepEarlier(inFolder('.'))).toBe(false);
  expect(readdirSync(inFolder('.'))).toEqual(['model.previous.onnx']);
});

it('copies where files have no second names, and says that the disk is full', async () => {
  writeFileSync(inFolder('model.onnx'), 'model');
  vi.spyOn(files, 'link').mockImplementation(failWith('EPERM'));
  await keepEarlier(inFolder('.'));
  expect(readFileSync(inFolder('model.previous.onnx'), 'utf8')).toBe('model');
  vi.spyOn(files, 'copyFile').mockImplementation(failWith('ENOSPC'));
  const keeping = keepEarlier(inFolder('.'));
  await expect(keeping).rejects.toBeInstanceOf(UserError);
  await expect(keeping).rejects.toThrow(/model\.previous\.onnx was not written because the disk is full/);
});
