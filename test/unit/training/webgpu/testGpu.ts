import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type TestContext, vi } from 'vitest';
import { Gpu } from '../../../../src/model/training/backends/webgpu/gpu';

/** Where Chromium and Chrome keep SwiftShader, a Vulkan driver that runs on the CPU, and a Vulkan loader. */
const browserFolders = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
];

/** glibc's RTLD_NODELETE: the library stays although Node does not find a module in it. */
const neverUnload = 0x1000;

/** A GPU for tests, opened once: a real one where there is one, or the driver that VK_ICD_FILENAMES names, or SwiftShader. */
export class TestGpu {
  private gpu: Promise<Gpu> | null = null;

  constructor() {
    // A software driver compiles and computes on a machine that may be busy. No test measures time.
    vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
  }

  /** Skips a test where there is neither. */
  async skipIfMissing(context: TestContext): Promise<void> {
    await this.open().catch(() => context.skip('needs a GPU, or Chromium with its software Vulkan driver'));
  }

  open(): Promise<Gpu> {
    this.gpu ??= openAnyGpu();
    return this.gpu;
  }

  async dispose(): Promise<void> {
    const gpu = await this.gpu?.catch(() => null);
    await gpu?.dispose();
  }
}

/** A device of its own, which the caller disposes of. */
export async function openAnyGpu(): Promise<Gpu> {
  return Gpu.open({ software: false }).catch(() => {
    if (!driverIsChosen()) useSoftwareVulkan();
    return Gpu.open({ software: true });
  });
}

/** Whether somebody has chosen a Vulkan driver, such as another software one. */
function driverIsChosen(): boolean {
  return process.env.VK_ICD_FILENAMES !== undefined || process.env.VK_DRIVER_FILES !== undefined;
}

/** The environment of a child process that uses the GPU that {@link openAnyGpu} finds here. */
export function gpuEnvironment(gpu: Gpu): NodeJS.ProcessEnv {
  if (!gpu.software) return process.env;
  const folder = softwareVulkanFolder() ?? '';
  if (process.env.VK_ICD_FILENAMES !== join(folder, driverFile)) {
    return { ...process.env, UNREASONABLE_WEBGPU_SOFTWARE: '1' };
  }
  return {
    ...process.env,
    VK_ICD_FILENAMES: join(folder, driverFile),
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp',
    LD_LIBRARY_PATH: folder,
    UNREASONABLE_WEBGPU_SOFTWARE: '1',
  };
}

const driverFile = 'vk_swiftshader_icd.json';

function softwareVulkanFolder(): string | undefined {
  return browserFolders.find((path) => existsSync(join(path, driverFile)));
}

/** Lets this process find the browser's driver, if there is one. */
function useSoftwareVulkan(): void {
  const folder = softwareVulkanFolder();
  if (folder === undefined || process.platform !== 'linux') return;
  process.env.VK_ICD_FILENAMES = join(folder, driverFile);
  process.env.XDG_RUNTIME_DIR ??= '/tmp';
  const loader = join(folder, 'libvulkan.so.1');
  try {
    process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | neverUnload);
  } catch {
    // It isn't a module of Node, but now it is loaded, and Dawn finds it by its name. A system's own loader does too.
  }
}
