import { type Gpu, usage } from './gpu';
import { type MatrixTiles, matrixProduct } from './kernels/matrixProduct';
import { ProgramBuilder } from './program';

/** Products in one measurement: together long beside the way to the GPU and back. */
const repetitions = 8;

/** Milliseconds of a product of two square matrices, and its floating-point operations: how fast the GPU could go. */
export async function timeMatrixProduct(
  gpu: Gpu,
  tiles: MatrixTiles,
): Promise<{ operations: number; milliseconds: number }> {
  const size = gpu.software ? 256 : 2048;
  const make = () => gpu.device.createBuffer({ size: 4 * size ** 2, usage: usage.storage });
  const buffers = { left: make(), right: make(), bias: make(), result: make() };
  const builder = new ProgramBuilder(gpu);
  const firstJob = builder.addJob({
    ...{ rows: size, columns: size, depth: size, leftOffset: 0, leftStride: size / 4 },
    ...{ rightOffset: 0, rightStride: size / 4, resultOffset: 0, resultStride: size / 4 },
  });
  const kernel = matrixProduct({ left: 'plain', right: 'plain', bias: true }, tiles);
  const grid = [Math.ceil(size / tiles.columns), Math.ceil(size / tiles.rows)] as const;
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
