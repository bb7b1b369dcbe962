import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../files/atomicWrite';
import type { BackendSettings } from '../../backend';
import { type Gpu, GpuUnavailableError } from './gpu';
import { createKernels } from './kernels/all';
import { computesRight } from './selfTest';
import { candidates, defaultTiles, softwareTiles, type Tiles, tilesFit } from './tiles';
import { TrainingStep } from './trainingStep';

/** Steps of the time direction that a trial has: enough to see the kernels, few enough to be quick. */
const trialSteps = 20;
const trialRuns = 3;

/**
 * The tiles that are fastest for a model on this GPU, and with which it computes what the reference does: tried out the
 * first time, which takes a few seconds, and remembered in the user's cache folder.
 *
 * @throws GpuUnavailableError when the device computes something else, whatever the tiles.
 */
export async function chooseTiles(gpu: Gpu, settings: BackendSettings, cache = cacheFile()): Promise<Tiles> {
  if (gpu.software) return softwareTiles;
  const key = cacheKey(gpu, settings);
  const known = await readCache(cache);
  const remembered = known[key];
  if (remembered !== undefined && isKnown(remembered) && tilesFit(remembered, gpu.limits)) return remembered;
  for (const tiles of [await tryTiles(gpu, settings), defaultTiles]) {
    if (!(await computesRight(gpu, tiles))) continue;
    await writeCache(cache, { ...known, [key]: tiles });
    return tiles;
  }
  throw new GpuUnavailableError(`${gpu.description} failed a test of its arithmetic`);
}

/** Tries the candidates, one kind of tiles after the other, keeping the best of each. */
async function tryTiles(gpu: Gpu, settings: BackendSettings): Promise<Tiles> {
  const trial = { ...settings, sequenceLength: Math.min(trialSteps, settings.sequenceLength) };
  let best = defaultTiles;
  let bestTime = await timeTiles(gpu, trial, best);
  for (const kind of ['matrix', 'forward', 'backward'] as const) {
    for (const candidate of candidates[kind]) {
      const tiles = { ...best, [kind]: candidate };
      const time = tilesFit(tiles, gpu.limits) ? await timeTiles(gpu, trial, tiles) : Number.POSITIVE_INFINITY;
      if (time < bestTime) [best, bestTime] = [tiles, time];
    }
  }
  return best;
}

/** Milliseconds of a step, the shortest of some, on whatever is in memory; infinity where it can't be prepared. */
async function timeTiles(gpu: Gpu, settings: BackendSettings, tiles: Tiles): Promise<number> {
  const step = await TrainingStep.prepare(gpu, settings, { tiles });
  if (step === null) return Number.POSITIVE_INFINITY;
  try {
    let shortest = Number.POSITIVE_INFINITY;
    for (let run = 0; run <= trialRuns; run++) {
      const start = performance.now();
      step.training.submit(4);
      await gpu.idle();
      if (run > 0) shortest = Math.min(shortest, performance.now() - start); // the first one warms up
    }
    return shortest;
  } finally {
    step.destroy();
  }
}

type Cache = Readonly<Record<string, Tiles>>;

/** Whatever can be wrong with the file, it is only a cache. */
async function readCache(path: string): Promise<Cache> {
  try {
    const cache: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof cache === 'object' && cache !== null ? (cache as Cache) : {};
  } catch {
    return {};
  }
}

async function writeCache(path: string, cache: Cache): Promise<void> {
  try {
    await writeFileAtomically(path, [Buffer.from(JSON.stringify(cache, null, 1))]);
  } catch {
    // Without it the next training tries again.
  }
}

/** Whether tiles are ones of this version, whatever the cache says. */
function isKnown(tiles: Tiles): boolean {
  const kinds = ['matrix', 'forward', 'backward'] as const;
  return kinds.every((kind) => {
    const known = [defaultTiles[kind], ...candidates[kind]].map((candidate) => JSON.stringify(candidate));
    return known.includes(JSON.stringify(tiles[kind]));
  });
}

/** What decides which tiles are fastest and right: the device, its driver, the sizes, and the kernels themselves. */
function cacheKey(
  { description, driver }: Gpu,
  { model, batchSize, sequenceLength, dropout }: BackendSettings,
): string {
  const kernels = Object.values(createKernels(defaultTiles)).map((kernel) => JSON.stringify(kernel));
  const version = createHash('sha256').update(kernels.join()).digest('hex').slice(0, 8);
  const { numLayers, hiddenSize, vocabularySize } = model;
  const sizes = `${numLayers}x${hiddenSize} V${vocabularySize} B${batchSize} T${sequenceLength} ${dropout > 0 ? 'dropout' : ''}`;
  return `${description}, ${driver}, ${sizes}, ${version}`;
}

function cacheFile(): string {
  const folder =
    process.env.XDG_CACHE_HOME ??
    (process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined) ??
    join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return join(folder, 'unreasonable', 'webgpu-tiles.json');
}
