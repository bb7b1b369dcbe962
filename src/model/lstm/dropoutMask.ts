import { Random, randomUse } from '../random';

/** One random byte decides about one unit, so probabilities are multiples of 1/256. */
const levels = 256;

/** Bytes drawn at a time: they stay in the processor's first cache, whatever the length of the mask. */
const chunkLength = 8192;

/**
 * The share of units that dropout keeps, as near to 1 − `dropout` as can be. What is kept is divided by it (inverted
 * dropout), so that sampling and evaluation need no factor.
 *
 * @param dropout the share of units to drop, in [0, 1); anything else is a RangeError.
 * @returns a multiple of 1/256; at least 1/256.
 */
export function effectiveKeepProbability(dropout: number): number {
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`dropout is a share in [0, 1), not ${dropout}`);
  return Math.max(1, Math.round((1 - dropout) * levels)) / levels;
}

export interface DropoutMaskSettings {
  /** The seed of the run. */
  readonly seed: number;
  /** Steps taken before this one. */
  readonly step: number;
  /** The layer whose output is masked; counted from 0. */
  readonly layer: number;
  /** The stream of the batch, counted from 0: each has a mask of its own, whoever works on it. */
  readonly stream: number;
  /** From {@link effectiveKeepProbability}; not a multiple of 1/256 is a RangeError. */
  readonly keepProbability: number;
}

/**
 * Fills the mask of one stream with 1 where a unit is kept and 0 where it is dropped: [T, H], row-major. The mask is a
 * function of the settings alone, so that a run that goes on from a checkpoint draws the masks that the unbroken run
 * would have drawn.
 */
export function fillDropoutMask(mask: Uint8Array, settings: DropoutMaskSettings): void {
  const threshold = settings.keepProbability * levels;
  if (!Number.isInteger(threshold)) throw new RangeError('the keep probability of dropout is a multiple of 1/256');
  const random = Random.fromSeed(settings.seed, randomUse.dropout, settings.step, settings.layer, settings.stream);
  const words = new Uint32Array(chunkLength / 4);
  const bytes = new Uint8Array(words.buffer);
  for (let start = 0; start < mask.length; start += chunkLength) {
    random.fillUint32(words);
    compareBytes(words, threshold);
    mask.set(bytes.subarray(0, mask.length - start), start);
  }
}

/**
 * Turns every byte of the words into 1 if it is under the threshold and into 0 if not. Two bytes of a word are compared
 * at a time, each in a lane of 16 bits: 255 + threshold − byte reaches 256, bit 8, just when byte < threshold.
 */
function compareBytes(words: Uint32Array, threshold: number): void {
  const lanes = (255 + threshold) * 0x0001_0001;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const even = lanes - (word & 0x00ff_00ff);
    const odd = lanes - ((word >>> 8) & 0x00ff_00ff);
    words[i] = ((even >>> 8) & 0x0001_0001) | (odd & 0x0100_0100);
  }
}
