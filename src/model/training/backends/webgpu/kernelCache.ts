import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../files/atomicWrite';
import type { BackendSettings } from '../../backend';
import { noAbilities } from './abilities';
import type { Gpu } from './gpu';
import { createKernels } from './kernels/all';
import { candidates, choiceFits, defaultTiles, type KernelChoice } from './tiles';

/** The choice of kernels that was made for a device and a shape; null where there is none that can be used. */
export async function readChoice(path: string, gpu: Gpu, settings: BackendSettings): Promise<KernelChoice | null> {
  const choice = (await readCache(path))[cacheKey(gpu, settings)];
  return isKnown(choice, gpu) && choiceFits(choice, gpu.limits) ? choice : null;
}

/** Remembers a choice in the cache, beside the others. */
export async function writeChoice(
  path: string,
  gpu: Gpu,
  settings: BackendSettings,
  choice: KernelChoice,
): Promise<void> {
  try {
    const cache = { ...(await readCache(path)), [cacheKey(gpu, settings)]: choice };
    await writeFileAtomically(path, [Buffer.from(JSON.stringify(cache, null, 1))]);
  } catch {
    // Without it the next training tries again.
  }
}

/** In the user's cache folder. */
export function cacheFile(): string {
  const folder =
    process.env.XDG_CACHE_HOME ??
    (process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined) ??
    join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return join(folder, 'unreasonable', 'webgpu-kernels.json');
}

/** Whatever can be wrong with the file, it is only a cache. */
async function readCache(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const cache: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof cache === 'object' && cache !== null ? (cache as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Whether a choice is one of this version and of this GPU, whatever the cache says. */
function isKnown(choice: unknown, { abilities }: Gpu): choice is KernelChoice {
  const { tiles, abilities: used } = (choice ?? {}) as { [Key in keyof KernelChoice]?: Partial<KernelChoice[Key]> };
  const among = (value: unknown, values: readonly unknown[]) =>
    values.some((known) => JSON.stringify(known) === JSON.stringify(value));
  const kinds = ['matrix', 'forward', 'backward'] as const;
  const names = ['subgroups', 'halfPrecision', 'matrixUnit'] as const;
  return (
    kinds.every((kind) => among(tiles?.[kind], [defaultTiles[kind], ...candidates[kind]])) &&
    names.every((name) => among(used?.[name], [noAbilities[name], abilities[name]]))
  );
}

/** What decides which kernels are fastest and right: the device, its driver, the sizes, and the kernels themselves. */
function cacheKey(
  { description, driver, abilities, limits }: Gpu,
  { model, batchSize, sequenceLength, dropout }: BackendSettings,
): string {
  const choices = [noAbilities, { ...abilities, matrixUnit: null }, abilities].map((used) => ({
    tiles: defaultTiles,
    abilities: used,
  }));
  const kernels = choices
    .filter((choice) => choiceFits(choice, limits))
    .flatMap((choice) => Object.values(createKernels(choice)).map((kernel) => JSON.stringify(kernel)));
  const version = createHash('sha256').update(kernels.join()).digest('hex').slice(0, 8);
  const { numLayers, hiddenSize, vocabularySize } = model;
  const sizes = `${numLayers}x${hiddenSize} V${vocabularySize} B${batchSize} T${sequenceLength} ${dropout > 0 ? 'dropout' : ''}`;
  return `${description}, ${driver}, ${sizes}, ${version}`;
}
