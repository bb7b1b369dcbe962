import type { BackendSettings } from '../../backend';
import { type Abilities, describeAbilities, noAbilities } from './abilities';
import { type Gpu, GpuUnavailableError } from './gpu';
import { cacheFile, readChoice, writeChoice } from './kernelCache';
import { computesRight, sameLosses } from './selfTest';
import { candidates, choiceFits, defaultTiles, type KernelChoice, softwareTiles } from './tiles';
import { TrainingStep } from './trainingStep';

/** Steps of the time direction that a trial has: enough to see the kernels, few enough to be quick. */
const trialSteps = 20;
const trialRuns = 3;

export interface TuningOptions {
  /** The file that choices are remembered in. */
  readonly cache?: string;
  /** Is told, in a sentence for people, what the GPU has and does wrong. */
  readonly notice?: (message: string) => void;
}

/**
 * The kernels that are fastest for a model on this GPU, and with which it computes what the reference does: tried out the
 * first time, which takes a few seconds, and remembered in the user's cache folder.
 *
 * @throws GpuUnavailableError when the device computes something else, whatever the kernels.
 */
export async function chooseKernels(
  gpu: Gpu,
  settings: BackendSettings,
  { cache = cacheFile(), notice = () => undefined }: TuningOptions = {},
): Promise<KernelChoice> {
  if (gpu.software) return { tiles: softwareTiles, abilities: noAbilities };
  const remembered = await readChoice(cache, gpu, settings);
  if (remembered !== null) return remembered;
  const time = (choice: KernelChoice) => timeChoice(gpu, settings, choice);
  const plain = await choosePlain(gpu, time);
  // A driver that dies of what comes next is not asked for it again.
  await writeChoice(cache, gpu, settings, plain);
  const choice = await tryAbilities(gpu, settings, plain, { time, notice });
  if (choice !== plain) await writeChoice(cache, gpu, settings, choice);
  return choice;
}

/** Milliseconds of a step. */
type Time = (choice: KernelChoice) => Promise<number>;

async function choosePlain(gpu: Gpu, time: Time): Promise<KernelChoice> {
  const plain: KernelChoice = { tiles: defaultTiles, abilities: noAbilities };
  for (const choice of [await tryTiles(gpu, plain, time), plain]) {
    if (await computesRight(gpu, choice)) return choice;
  }
  throw new GpuUnavailableError(`${gpu.description} failed a test of its arithmetic`);
}

/** Tries the candidates, one kind of tiles after the other, keeping the best of each. */
async function tryTiles(gpu: Gpu, start: KernelChoice, time: Time): Promise<KernelChoice> {
  let best = { choice: start, milliseconds: await time(start) };
  for (const kind of ['matrix', 'forward', 'backward'] as const) {
    for (const candidate of candidates[kind]) {
      const { tiles, abilities } = best.choice;
      best = await faster(gpu, best, { tiles: { ...tiles, [kind]: candidate }, abilities }, time);
    }
  }
  return best.choice;
}

/**
 * Goes on from a choice of what every GPU has to what this one has beyond it, as far as that is faster and the losses stay
 * the same.
 */
export async function tryAbilities(
  gpu: Gpu,
  settings: BackendSettings,
  plain: KernelChoice,
  { time, notice }: { readonly time: Time; readonly notice: (message: string) => void },
): Promise<KernelChoice> {
  let best = { choice: plain, milliseconds: await time(plain) };
  for (const extend of extensionsOf(gpu)) {
    let fastest = best;
    for (const candidate of extend(best.choice)) fastest = await faster(gpu, fastest, candidate, time);
    if (fastest === best) continue;
    if (await sameLosses(gpu, settings, plain, fastest.choice)) best = fastest;
    else notice(`${gpu.description} has other losses with ${describeAbilities(fastest.choice.abilities)}: not used.`);
  }
  return best.choice;
}

/** Each makes variants of a choice that use one ability more. */
function extensionsOf({ abilities }: Gpu): ((choice: KernelChoice) => KernelChoice[])[] {
  const { subgroups, halfPrecision, matrixUnit } = abilities;
  const withTiles = ({ tiles, abilities: used }: KernelChoice, products: Partial<Abilities>) =>
    [tiles.matrix, defaultTiles.matrix, ...candidates.matrix].map((matrix) => ({
      tiles: { ...tiles, matrix },
      abilities: { ...used, halfPrecision: false, ...products },
    }));
  return [
    ({ tiles, abilities: used }) => (subgroups ? [{ tiles, abilities: { ...used, subgroups } }] : []),
    (choice) => (halfPrecision ? withTiles(choice, { halfPrecision }) : []),
    (choice) => (matrixUnit === null ? [] : withTiles(choice, { matrixUnit })),
  ];
}

interface Timed {
  readonly choice: KernelChoice;
  readonly milliseconds: number;
}

async function faster(gpu: Gpu, best: Timed, choice: KernelChoice, time: Time): Promise<Timed> {
  if (!choiceFits(choice, gpu.limits)) return best;
  const milliseconds = await time(choice);
  return milliseconds < best.milliseconds ? { choice, milliseconds } : best;
}

/**
 * Milliseconds of a step, the shortest of some, on whatever is in memory; infinity where it can't be prepared, because
 * memory is too small or the driver does not compile the kernels.
 */
async function timeChoice(gpu: Gpu, settings: BackendSettings, choice: KernelChoice): Promise<number> {
  const trial = { ...settings, sequenceLength: Math.min(trialSteps, settings.sequenceLength) };
  const step = await TrainingStep.prepare(gpu, trial, { choice }).catch(() => {
    gpu.check(); // the device itself must live
    return null;
  });
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
