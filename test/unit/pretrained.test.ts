import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPretrained, resolveModel } from '../../src/model/pretrained';
import { useTemporaryFolder } from './files/temporaryFolder';

const inFolder = useTemporaryFolder();
const before = process.cwd();
beforeEach(() => process.chdir(inFolder('.')));
afterEach(() => process.chdir(before));

it('finds linux although there is a tree of the kernel of that name', () => {
  mkdirSync('linux/kernel', { recursive: true });
  expect(findPretrained('linux')?.name).toBe('linux');
  expect(resolveModel('linux')).not.toBe('linux');
});

it('gives way to a folder with a model', () => {
  mkdirSync('linux');
  writeFileSync('linux/model.onnx', '');
  expect(findPretrained('linux')).toBeUndefined();
});

it('gives way to a file', () => {
  writeFileSync('linux', '');
  expect(resolveModel('linux')).toBe('linux');
});

it('knows no other names', () => {
  expect(findPretrained('windows')).toBeUndefined();
});
