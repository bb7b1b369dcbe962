import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { hasGraphicsDevice, hasVulkanDriver } from '../../../../src/model/training/backends/webgpu/vulkanDrivers';

const folder = mkdtempSync(join(tmpdir(), 'unreasonable-vulkan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds a driver by its manifest in a folder of the user, and by name', () => {
  const manifests = join(folder, 'data', 'vulkan', 'icd.d');
  const environment = { HOME: join(folder, 'home'), XDG_DATA_HOME: join(folder, 'data') };
  const before = hasVulkanDriver(environment);
  // The machine may have one of its own.
  expect(before).toBe(hasVulkanDriver({ HOME: folder }));
  mkdirSync(manifests, { recursive: true });
  writeFileSync(join(manifests, 'README'), 'no manifest');
  expect(hasVulkanDriver(environment)).toBe(before);
  writeFileSync(join(manifests, 'some_icd.json'), '{}');
  expect(hasVulkanDriver(environment)).toBe(true);
  expect(hasVulkanDriver({ HOME: folder, VK_ICD_FILENAMES: '/nowhere/some_icd.json' })).toBe(true);
});

it.each([
  ['dri/renderD128', true],
  ['dri/card0', true],
  ['dri/by-path', false],
  ['nvidia0', true],
  ['dxg', true],
  ['tty0', false],
])('knows a GPU among the devices: %s', (name, isGpu) => {
  const devices = mkdtempSync(join(folder, 'dev-'));
  expect(hasGraphicsDevice(devices)).toBe(false);
  mkdirSync(dirname(join(devices, name)), { recursive: true });
  writeFileSync(join(devices, name), '');
  expect(hasGraphicsDevice(devices)).toBe(isGpu);
});
