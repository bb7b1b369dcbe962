import { type Gpu, type Pipeline, parameterBytes, usage } from './gpu';
import type { Kernel } from './kernels/kernel';
import { jobWords, type MatrixJob, writeJob } from './kernels/matrixJob';

type Grid = readonly [x: number, y?: number, z?: number];

interface Dispatch {
  /** What it is counted under when a step is timed. */
  readonly group: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  /** Bytes into the buffer of parameters. */
  readonly parameters: number;
  readonly grid: Grid;
}

/** Milliseconds on the GPU by group of kernels. */
export type GroupTimes = Map<string, number>;

/** A fixed list of dispatches, ready to be submitted any number of times. */
export class Program {
  constructor(
    private readonly gpu: Gpu,
    private readonly dispatches: readonly Dispatch[],
    private readonly parameters: GPUBuffer,
    private readonly jobs: GPUBuffer,
  ) {}

  get length(): number {
    return this.dispatches.length;
  }

  /** Changes the parameters of a dispatch before the next submit; `index` is what `add` returned. */
  setParameters(kernel: Kernel, index: number, values: Readonly<Record<string, number>>): void {
    const words = new Uint32Array(parameterBytes / 4);
    writeParameters(words, 0, kernel, values);
    this.gpu.device.queue.writeBuffer(this.parameters, index * parameterBytes, words);
  }

  /**
   * Hands the dispatches to the GPU in `parts` submits: between two of them the GPU may draw somebody's screen, and no
   * single one is so long that a watchdog resets the driver.
   *
   * @param last adds commands after the last dispatch.
   */
  submit(parts: number, last?: (encoder: GPUCommandEncoder) => void): void {
    const { device } = this.gpu;
    const count = Math.max(1, Math.min(parts, this.length));
    for (let part = 0; part < count; part++) {
      const [from, to] = [part, part + 1].map((edge) => Math.round((edge * this.length) / count));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      this.encode(pass, from!, to!);
      pass.end();
      if (part === count - 1) last?.(encoder);
      device.queue.submit([encoder.finish()]);
    }
  }

  /** Runs it once with every run of equal groups in a pass of its own between two time stamps. */
  async time(): Promise<GroupTimes> {
    const { gpu, dispatches } = this;
    const starts = dispatches.flatMap(({ group }, i) => (group === dispatches[i - 1]?.group ? [] : [i]));
    const size = 16 * starts.length;
    const querySet = gpu.device.createQuerySet({ type: 'timestamp', count: 2 * starts.length });
    const resolved = gpu.device.createBuffer({ size, usage: usage.queryResolve | usage.copySource });
    const encoder = gpu.device.createCommandEncoder();
    for (const [i, start] of starts.entries()) {
      const marks = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
      const pass = encoder.beginComputePass({ timestampWrites: marks });
      this.encode(pass, start, starts[i + 1] ?? this.length);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, 2 * starts.length, resolved, 0);
    gpu.device.queue.submit([encoder.finish()]);
    const stamps = new BigUint64Array(await gpu.read(resolved));
    querySet.destroy();
    resolved.destroy();
    const times: GroupTimes = new Map();
    for (const [i, start] of starts.entries()) {
      const { group } = dispatches[start]!;
      const milliseconds = Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6;
      times.set(group, (times.get(group) ?? 0) + milliseconds);
    }
    return times;
  }

  destroy(): void {
    this.parameters.destroy();
    this.jobs.destroy();
  }

  private encode(pass: GPUComputePassEncoder, from: number, to: number): void {
    let current: GPUComputePipeline | null = null;
    for (let i = from; i < to; i++) {
      const { pipeline, bindGroup, parameters, grid } = this.dispatches[i]!;
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, bindGroup, [parameters]);
      pass.dispatchWorkgroups(...grid);
    }
  }
}

interface Planned {
  readonly group: string;
  readonly kernel: Kernel;
  /** By the names of the kernel's bindings; `jobs` is filled in. */
  readonly buffers: Readonly<Record<string, GPUBuffer>>;
  readonly parameters: Readonly<Record<string, number>>;
  readonly grid: Grid;
}

/** Collects the dispatches of a program. */
export class ProgramBuilder {
  private readonly planned: Planned[] = [];
  private readonly jobs: { job: MatrixJob; chunk: number; splitStride: number }[] = [];

  constructor(private readonly gpu: Gpu) {}

  /** Adds a dispatch; returns its index. */
  add<Bindings extends string, Parameters extends string>(
    group: string,
    kernel: Kernel<Bindings, Parameters>,
    buffers: Record<Exclude<Bindings, 'jobs'>, GPUBuffer>,
    parameters: Record<Parameters, number>,
    grid: Grid,
  ): number {
    this.planned.push({ group, kernel, buffers, parameters, grid });
    return this.planned.length - 1;
  }

  /** Adds a job to the table that matrix products read; returns its index. */
  addJob(job: MatrixJob, chunk = job.depth, splitStride = 0): number {
    this.jobs.push({ job, chunk, splitStride });
    return this.jobs.length - 1;
  }

  /** Compiles the kernels and uploads parameters and jobs. */
  async build(): Promise<Program> {
    const { gpu, planned } = this;
    const kernels = [...new Set(planned.map(({ kernel }) => kernel))];
    const compiled = await Promise.all(kernels.map((kernel) => gpu.compile(kernel)));
    const pipelines = new Map(kernels.map((kernel, i) => [kernel, compiled[i]!]));
    const jobs = this.upload('jobs', this.jobTable(), usage.storage);
    const parameters = this.upload('parameters', this.parameterTable(), usage.uniform);
    const bind = bindGroups(gpu, parameters, jobs);
    const dispatches = planned.map(({ group, kernel, buffers, grid }, index) => {
      const pipeline = pipelines.get(kernel)!;
      const bindGroup = bind(kernel, pipeline, buffers);
      return { group, grid, bindGroup, pipeline: pipeline.pipeline, parameters: index * parameterBytes };
    });
    return new Program(gpu, dispatches, parameters, jobs);
  }

  private jobTable(): Uint32Array<ArrayBuffer> {
    const table = new Uint32Array(Math.max(1, this.jobs.length) * jobWords);
    for (const [index, { job, chunk, splitStride }] of this.jobs.entries()) {
      writeJob(table, index, job, chunk, splitStride);
    }
    return table;
  }

  private parameterTable(): Uint32Array<ArrayBuffer> {
    const stride = parameterBytes / 4;
    const table = new Uint32Array(this.planned.length * stride);
    for (const [index, { kernel, parameters }] of this.planned.entries()) {
      writeParameters(table, index * stride, kernel, parameters);
    }
    return table;
  }

  private upload(label: string, words: Uint32Array<ArrayBuffer>, kind: number): GPUBuffer {
    const { device } = this.gpu;
    const buffer = device.createBuffer({ label, size: words.byteLength, usage: kind | usage.copyTarget });
    device.queue.writeBuffer(buffer, 0, words);
    return buffer;
  }
}

function writeParameters(
  words: Uint32Array<ArrayBuffer>,
  offset: number,
  kernel: Kernel,
  values: Readonly<Record<string, number>>,
): void {
  const floats = new Float32Array(words.buffer);
  for (const [index, [name, type]] of Object.entries(kernel.parameters).entries()) {
    (type === 'f32' ? floats : words)[offset + index] = values[name]!;
  }
}

/** Makes bind groups, one for each pipeline and set of buffers. */
function bindGroups(gpu: Gpu, parameters: GPUBuffer, jobs: GPUBuffer) {
  const known = new Map<string, GPUBindGroup>();
  const ids = new Map<GPUBuffer, number>();
  const idOf = (buffer: GPUBuffer) => {
    if (!ids.has(buffer)) ids.set(buffer, ids.size);
    return ids.get(buffer)!;
  };
  return (kernel: Kernel, { layout }: Pipeline, buffers: Readonly<Record<string, GPUBuffer>>): GPUBindGroup => {
    const bound = Object.keys(kernel.bindings).map((name) => (name === 'jobs' ? jobs : buffers[name]!));
    const key = `${kernel.label} ${bound.map(idOf).join()}`;
    let group = known.get(key);
    if (group === undefined) {
      const resources = [{ buffer: parameters, size: parameterBytes }, ...bound.map((buffer) => ({ buffer }))];
      const entries = resources.map((resource, binding) => ({ binding, resource }));
      group = gpu.device.createBindGroup({ label: kernel.label, layout, entries });
      known.set(key, group);
    }
    return group;
  };
}
