/// <reference types="@webgpu/types" />
import { UserError } from '../../../errors';
import { DeviceLostError } from '../../backend';
import { type Abilities, abilitiesOf, noAbilities, optionalFeatures } from './abilities';
import type { Kernel } from './kernels/kernel';
import { hasGraphicsDevice, hasVulkanDriver, namesVulkanDriver } from './vulkanDrivers';

/** A compute pipeline with the layout of what is bound to it. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

export interface GpuOptions {
  /** Take a processor that only pretends to be a GPU, which is slow: for tests. Also UNREASONABLE_WEBGPU_SOFTWARE=1. */
  readonly software?: boolean;
  /** Use only what every GPU can do: no 16-bit floats, subgroups or matrix units. Also UNREASONABLE_WEBGPU_PLAIN=1. */
  readonly plain?: boolean;
}

/** There is no GPU that can train this model. `reason` is a clause for people: "no GPU was found". */
export class GpuUnavailableError extends UserError {
  constructor(
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`The backend "webgpu" can't be used, because ${reason}: use the backend "onnx".`, { cause });
  }
}

/** What each dispatch's parameters may take: the alignment that WebGPU guarantees for uniform buffers. */
export const parameterBytes = 256;

/**
 * Objects that must outlive their last use in JavaScript: Dawn's process-wide one in particular crashes the process when
 * it is collected while a promise is pending.
 */
const pinned = new Set<object>();

/**
 * A graphics processor, through WebGPU as Dawn implements it (npm `webgpu`): Vulkan, Direct3D 12 or Metal. This class
 * knows nothing of networks: it opens and closes the device, compiles kernels, moves arrays to and fro, and turns what
 * goes wrong into exceptions.
 */
export class Gpu {
  readonly device: GPUDevice;
  /** For people: "NVIDIA H200". */
  readonly description: string;
  /** The driver and its version. */
  readonly driver: string;
  /** Whether a processor only pretends to be a GPU. */
  readonly software: boolean;
  readonly canTime: boolean;
  /** What it has beyond the common and may be used. */
  readonly abilities: Abilities;
  private failure: Error | null = null;
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly pipelines = new Map<string, Promise<Pipeline>>();

  private constructor(
    private readonly pins: readonly object[],
    device: GPUDevice,
    { info }: GPUAdapter,
    plain: boolean,
  ) {
    this.device = device;
    this.driver = info.description;
    this.software = info.isFallbackAdapter;
    this.canTime = device.features.has('timestamp-query');
    this.abilities = plain ? noAbilities : abilitiesOf(device.features, info);
    this.description = info.device || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'unknown GPU';
    for (const pin of pins) pinned.add(pin);
    process.once('exit', this.destroyAtExit);
    device.lost.then(({ message }) => this.fail(new DeviceLostError(`the GPU was lost (${message})`)));
    device.addEventListener('uncapturederror', ({ error }) => this.fail(new Error(error.message)));
  }

  /** @throws GpuUnavailableError when there is no GPU that WebGPU can use. */
  static async open({
    software = process.env.UNREASONABLE_WEBGPU_SOFTWARE === '1',
    plain = process.env.UNREASONABLE_WEBGPU_PLAIN === '1',
  }: GpuOptions = {}): Promise<Gpu> {
    const gpu = await loadDawn(software);
    pinned.add(gpu);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) throw new GpuUnavailableError('no GPU was found');
    pinned.add(adapter);
    try {
      if (adapter.info.isFallbackAdapter && !software) {
        throw new GpuUnavailableError(`the only GPU, "${adapter.info.device}", is a processor that pretends to be one`);
      }
      return new Gpu([gpu, adapter], await requestDevice(adapter), adapter, plain);
    } catch (error) {
      for (const pin of [gpu, adapter]) pinned.delete(pin);
      if (error instanceof UserError) throw error;
      throw new GpuUnavailableError(`${adapter.info.device} can't be opened`, error);
    }
  }

  get limits(): GPUSupportedLimits {
    return this.device.limits;
  }

  /** Compiles a kernel, once for each source. */
  compile(kernel: Kernel): Promise<Pipeline> {
    let pipeline = this.pipelines.get(kernel.code);
    if (pipeline === undefined) {
      pipeline = this.wait(compile(this.device, kernel));
      this.pipelines.set(kernel.code, pipeline);
      pipeline.catch(() => this.pipelines.delete(kernel.code));
    }
    return pipeline;
  }

  /** Copies a part of a buffer back. */
  async read(buffer: GPUBuffer, offset = 0, size = buffer.size - offset): Promise<ArrayBuffer> {
    const staging = this.device.createBuffer({ label: 'read', size, usage: usage.mapRead | usage.copyTarget });
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
      this.device.queue.submit([encoder.finish()]);
      return await this.map(staging);
    } finally {
      staging.destroy();
    }
  }

  /** The contents of a buffer of the usage mapRead, once the GPU has done what was submitted before. */
  async map(staging: GPUBuffer): Promise<ArrayBuffer> {
    await this.wait(staging.mapAsync(mapModeRead));
    const copy = staging.getMappedRange().slice(0);
    staging.unmap();
    return copy;
  }

  /** Waits until the GPU has done all that was submitted. */
  idle(): Promise<void> {
    return this.wait(this.device.queue.onSubmittedWorkDone().then(() => undefined));
  }

  /** Runs `make`, which allocates memory; returns null and lets `undo` clean up when there is too little. */
  async allocate<Result>(make: () => Result, undo: (result: Result) => void): Promise<Result | null> {
    this.check();
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    const result = make();
    const errors = [await this.wait(this.device.popErrorScope()), await this.wait(this.device.popErrorScope())];
    const [invalid, outOfMemory] = errors;
    if (!invalid && !outOfMemory) return result;
    undo(result);
    if (outOfMemory) return null;
    throw new Error(invalid!.message);
  }

  /** @throws what has gone wrong since it was opened, if something has. */
  check(): void {
    if (this.failure !== null) throw this.failure;
  }

  /** Waits for a promise of the device, but not longer than the device lives. */
  wait<Result>(promise: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) reject(this.failure);
      this.waiting.add(reject);
      const done = () => this.waiting.delete(reject);
      promise.then(
        (result) => {
          done();
          resolve(result);
        },
        async (error) => {
          done();
          // A promise of a lost device may be rejected before the device says so itself.
          await new Promise(setImmediate);
          reject(this.failure ?? error);
        },
      );
    });
  }

  /** Gives all memory back. */
  async dispose(): Promise<void> {
    process.off('exit', this.destroyAtExit);
    this.device.destroy();
    await this.device.lost;
    for (const pin of this.pins) pinned.delete(pin);
  }

  /** A process that ends with promises of the device pending crashes now and then; with the device gone there are none. */
  private readonly destroyAtExit = () => this.device.destroy();

  private fail(error: Error): void {
    this.failure ??= error;
    for (const reject of this.waiting) reject(this.failure);
    this.waiting.clear();
  }
}

/** The flags of WebGPU's GPUBufferUsage and GPUMapMode, whose numbers the specification fixes. */
export const usage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;
const mapModeRead = 0x1;
const shaderStageCompute = 0x4;

/**
 * Dawn's own switches. Bounds checks are off: all indices are computed here, and token ids are checked before they are
 * sent. Subgroup matrices count as unsafe because they are experimental. Clocks are not rounded to 0.1 ms, for which
 * only a web page has a reason.
 */
const dawnSwitches = [
  'enable-dawn-features=disable_robustness,disable_workgroup_init,allow_unsafe_apis',
  'disable-dawn-features=timestamp_quantization',
];

/** Loads the native library, which only a process that trains on a GPU needs. */
async function loadDawn(software: boolean): Promise<GPU> {
  // Dawn needs a kind of ArrayBuffer that Electron's Node aborts at.
  if ('electron' in process.versions) throw new GpuUnavailableError('this process runs in Electron and not in Node');
  if (process.platform === 'linux' && !hasVulkanLoader()) {
    throw new GpuUnavailableError('no GPU was found: the Vulkan loader (libvulkan) is missing');
  }
  if (process.platform === 'linux' && !hasVulkanDriver()) {
    throw new GpuUnavailableError('no GPU was found: no Vulkan driver is installed');
  }
  if (process.platform === 'linux' && !software && !namesVulkanDriver() && !hasGraphicsDevice()) {
    throw new GpuUnavailableError('no GPU was found');
  }
  try {
    const { create } = await import('webgpu');
    return create(dawnSwitches);
  } catch (cause) {
    throw new GpuUnavailableError('the package "webgpu" has no native library that runs here', cause);
  }
}

/** Without loader or driver Dawn writes warnings to stderr, which a person who has no GPU need not read: look first. */
function hasVulkanLoader(): boolean {
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
    return true;
  } catch (error) {
    // It isn't a module of Node: a loader that is there was found and then refused, with other words.
    return !String(error).includes('cannot open shared object file');
  }
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter;
  const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupStorageSize } = limits;
  const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX } = limits;
  return adapter.requestDevice({
    requiredFeatures: optionalFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      ...{ maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupStorageSize },
      ...{ maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX },
    },
  });
}

async function compile(device: GPUDevice, { label, bindings, code }: Kernel): Promise<Pipeline> {
  const types = Object.values<string>(bindings).map((binding): GPUBufferBindingType => {
    return binding.startsWith('read') ? 'read-only-storage' : 'storage';
  });
  const uniform: GPUBufferBindingLayout = { type: 'uniform', hasDynamicOffset: true, minBindingSize: parameterBytes };
  const layout = device.createBindGroupLayout({
    label,
    entries: [uniform, ...types.map((type) => ({ type }))].map((buffer, binding) => {
      return { binding, visibility: shaderStageCompute, buffer };
    }),
  });
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label, code });
  const invalid = await device.popErrorScope();
  if (invalid) throw new Error(invalid.message);
  const pipeline = await device.createComputePipelineAsync({
    label,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main' },
  });
  return { pipeline, layout };
}
