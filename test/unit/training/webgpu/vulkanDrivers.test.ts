import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { hasVulkanDriver } from '../../../../src/model/training/backends/webgpu/vulkanDrivers';

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
