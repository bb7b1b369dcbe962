import { type Gpu, usage } from './gpu';
import { largeProduct } from './kernels/all';
import { ProgramBuilder } from './program';
import type { KernelChoice } from './tiles';

/** Products in one measurement: together long beside the way to the GPU and back. */
const repetitions = 8;

/** Milliseconds of a product of two square matrices, and its floating-point operations: how fast the GPU could go. */
export async function timeMatrixProduct(
  gpu: Gpu,
  choice: KernelChoice,
): Promise<{ operations: number; milliseconds: number }> {
  const size = gpu.software ? 256 : 2048;
  const make = () => gpu.device.createBuffer({ size: 4 * size ** 2, usage: usage.storage });
  const buffers = { left: make(), right: make(), bias: make(), result: make() };
  const builder = new ProgramBuilder(gpu);
  const firstJob = builder.addJob({
    ...{ rows: size, columns: size, depth: size, leftOffset: 0, leftStride: size / 4 },
    ...{ rightOffset: 0, rightStride: size / 4, resultOffset: 0, resultStride: size / 4 },
  });
  const kernel = largeProduct({ left: 'plain', right: 'plain', bias: true }, choice);
  const { matrix } = choice.tiles;
  const grid = [Math.ceil(size / matrix.columns), Math.ceil(size / matrix.rows)] as const;
  for (let i = 0; i < repetitions; i++) builder.add('product', kernel, buffers, { firstJob, splits: 1 }, grid);
  const program = await builder.build();
  try {
    await gpu.idle();
    const start = performance.now();
    program.submit(1);
    await gpu.idle();
    return { operations: 2 * size ** 3, milliseconds: (performance.now() - start) / repetitions };
  } finally {
    program.destroy();
    for (const buffer of Object.values(buffers)) buffer.destroy();
  }
}
