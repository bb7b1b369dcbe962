import { Random, randomUse } from '../random';
import type { Batch } from './backend';

export type Tokens = Uint8Array | Uint16Array;

/** How batches are cut from a text. */
export interface BatchShape {
  readonly batchSize: number;
  readonly sequenceLength: number;
  readonly seed: number;
  /** Characters that a stream reads in one go before it goes on somewhere else; null for all of its stretch. */
  readonly pieceLength?: number | null;
}

/**
 * The batches of stateful truncated backpropagation: B streams that each read a stretch of the text, T characters a
 * step, the recurrent state carried from step to step. In each epoch the text is cut at another place (it is read as
 * a ring from a drawn start), so that the same characters don't always meet the same state. A batch is a function of
 * the seed and the step alone, which is all that a resumed run needs to know about its position.
 *
 * With a piece length, a stream reads its stretch in pieces of that many characters, in an order in which each next one
 * lies far from those before, and with a cleared state at the beginning of each. Whatever part of an epoch there is time
 * for is then spread over the whole text, and the weights can't settle into the B files at hand.
 */
export class TrainingBatches {
  readonly stepsPerEpoch: number;
  private readonly batchSize: number;
  private readonly sequenceLength: number;
  private readonly seed: number;
  private readonly stretch: number;
  private readonly stepsPerPiece: number;
  private readonly pieces: number;
  /** From one piece to the next; prime to their number, so that each has its turn. */
  private readonly stride: number;
  private readonly batch: Batch;

  /** @param tokens at least B·(T + 1) of them. */
  constructor(
    private readonly tokens: Tokens,
    { batchSize, sequenceLength, seed, pieceLength = null }: BatchShape,
  ) {
    this.batchSize = batchSize;
    this.sequenceLength = sequenceLength;
    this.seed = seed;
    this.stretch = Math.floor(tokens.length / batchSize);
    const steps = Math.max(1, Math.floor((this.stretch - 1) / sequenceLength));
    const wanted = pieceLength === null ? steps : Math.ceil(pieceLength / sequenceLength);
    this.stepsPerPiece = Math.min(steps, Math.max(1, wanted));
    this.pieces = Math.floor(steps / this.stepsPerPiece);
    this.stride = spreadingStride(this.pieces);
    this.stepsPerEpoch = this.pieces * this.stepsPerPiece;
    this.batch = emptyBatch(batchSize, sequenceLength);
  }

  epochOf(step: number): number {
    return Math.floor(step / this.stepsPerEpoch);
  }

  /** The batch of the step after `step` others; its arrays are reused by the next call. */
  at(step: number): Batch {
    const { tokens, batchSize: B, sequenceLength: T, batch } = this;
    const epoch = this.epochOf(step);
    const start = epoch === 0 ? 0 : this.drawStart(epoch);
    const inEpoch = step % this.stepsPerEpoch;
    const inPiece = inEpoch % this.stepsPerPiece;
    const turn = Math.floor(inEpoch / this.stepsPerPiece);
    const piece = (turn * this.stride) % this.pieces;
    const offset = start + (piece * this.stepsPerPiece + inPiece) * T;
    batch.carry.fill(inPiece === 0 ? 0 : 1);
    for (let b = 0; b < B; b++) {
      const from = offset + b * this.stretch;
      for (let t = 0; t < T; t++) {
        batch.inputs[t * B + b] = tokens[(from + t) % tokens.length]!;
        batch.targets[t * B + b] = tokens[(from + t + 1) % tokens.length]!;
      }
    }
    return batch;
  }

  private drawStart(epoch: number): number {
    return Math.floor(Random.fromSeed(this.seed, randomUse.epochStart, epoch).next() * this.tokens.length);
  }
}

/**
 * A step from one of n places on a ring to the next that leaves no large gap however early one stops: the whole number
 * nearest to the golden section of n that is prime to n.
 */
function spreadingStride(n: number): number {
  const golden = Math.round(n * ((Math.sqrt(5) - 1) / 2));
  for (let distance = 0; ; distance++) {
    const found = [golden + distance, golden - distance].find((stride) => stride > 0 && gcd(stride, n) === 1);
    if (found !== undefined) return found;
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/**
 * The batches that measure a text: B streams of equal stretches, each from a cleared state. Every character but the
 * first of each stretch is predicted once; targets past the end are `ignored`.
 */
export function* evaluationBatches(
  tokens: Tokens,
  batchSize: number,
  sequenceLength: number,
  ignored: number,
): Generator<Batch> {
  const stretch = Math.ceil(tokens.length / batchSize);
  const batch = emptyBatch(batchSize, sequenceLength);
  for (let from = 0; from < stretch - 1; from += sequenceLength) {
    batch.carry.fill(from === 0 ? 0 : 1);
    for (let b = 0; b < batchSize; b++) {
      const end = Math.min(tokens.length, (b + 1) * stretch);
      for (let t = 0; t < sequenceLength; t++) {
        const position = b * stretch + from + t;
        const inside = position + 1 < end;
        batch.inputs[t * batchSize + b] = inside ? tokens[position]! : 0;
        batch.targets[t * batchSize + b] = inside ? tokens[position + 1]! : ignored;
      }
    }
    yield batch;
  }
}

/**
 * At most `length` characters of a text, as `pieces` stretches from all over it: what a measurement reads in place of
 * all of a long text. {@link evaluationBatches} gives each stretch to a stream of its own.
 */
export function excerpt(tokens: Tokens, length: number, pieces: number): Tokens {
  if (tokens.length <= length) return tokens;
  const piece = Math.floor(length / pieces);
  const selected = tokens.slice(0, piece * pieces);
  for (let i = 0; i < pieces; i++) {
    const from = Math.floor((i * tokens.length) / pieces);
    selected.set(tokens.subarray(from, from + piece), i * piece);
  }
  return selected;
}

/** How many characters {@link evaluationBatches} predicts. */
export function evaluatedCharacters(length: number, batchSize: number): number {
  const stretch = Math.ceil(length / batchSize);
  let count = 0;
  for (let b = 0; b < batchSize; b++) count += Math.max(0, Math.min(length, (b + 1) * stretch) - b * stretch - 1);
  return count;
}

function emptyBatch(batchSize: number, sequenceLength: number): Batch {
  const size = batchSize * sequenceLength;
  return { inputs: new Int32Array(size), targets: new Int32Array(size), carry: new Float32Array(batchSize) };
}
