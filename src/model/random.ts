/**
 * A small, fast, seeded source of pseudo-random numbers whose state can be stored: xoshiro128** of Blackman and Vigna,
 * "Scrambled linear pseudorandom number generators" (2021). Not for secrets.
 */
export class Random {
  private constructor(
    private s0: number,
    private s1: number,
    private s2: number,
    private s3: number,
  ) {}

  /**
   * The stream of `seed` and `keys`. Each list of keys, such as a step and a layer, opens a stream of its own that is
   * independent of the others, so that what one step draws does not depend on what the steps before it drew.
   *
   * @param seed and keys are integers of up to 53 bits; anything else is a RangeError.
   */
  static fromSeed(seed: number, ...keys: number[]): Random {
    const words = Uint32Array.of(0, 0, 0, 0);
    for (const key of [seed, ...keys]) absorb(words, key);
    return Random.fromState([...words]);
  }

  /** The generator that {@link getState} was called on, as it was then. A RangeError if this isn't such a state. */
  static fromState(state: readonly number[]): Random {
    const isWord = (word: number) => Number.isInteger(word) && word >= 0 && word <= 0xffffffff;
    if (state.length !== 4 || !state.every(isWord) || state.every((word) => word === 0)) {
      throw new RangeError('the state of a random generator is four unsigned 32-bit integers, not all zero');
    }
    const [s0, s1, s2, s3] = state as [number, number, number, number];
    return new Random(s0 | 0, s1 | 0, s2 | 0, s3 | 0);
  }

  /** Four unsigned 32-bit integers from which {@link fromState} goes on. */
  getState(): number[] {
    return [this.s0 >>> 0, this.s1 >>> 0, this.s2 >>> 0, this.s3 >>> 0];
  }

  /** A uniform integer in [0, 2^32). */
  nextUint32(): number {
    const scrambled = scramble(this.s1);
    const shifted = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= shifted;
    this.s3 = rotateLeft(this.s3, 11);
    return scrambled >>> 0;
  }

  /** A uniform number in [0, 1), a multiple of 2^-32. */
  next(): number {
    return this.nextUint32() / 0x1_0000_0000;
  }

  /** A draw from the standard normal distribution (Box and Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** The same numbers as calls of {@link nextUint32}, many times faster: the state stays in local variables. */
  fillUint32(array: Uint32Array): void {
    let { s0, s1, s2, s3 } = this;
    for (let i = 0; i < array.length; i++) {
      array[i] = scramble(s1);
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = rotateLeft(s3, 11);
    }
    this.s0 = s0;
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
  }
}

/**
 * The first key of each use of a run's seed, so that no two uses share a stream.
 */
export const randomUse = { initialization: 1, dropout: 2, epochStart: 3 } as const;

/** The "**" of xoshiro128**. */
function scramble(word: number): number {
  return Math.imul(rotateLeft(Math.imul(word, 5), 7), 9);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/**
 * Mixes a key into 128 bits of seed, low and high half of the key in turn. Each word takes its own draw of a SplitMix
 * sequence (Steele, Lea and Flood, 2014) that starts at the key, so that two lists of keys practically never meet.
 */
function absorb(words: Uint32Array, key: number): void {
  if (!Number.isSafeInteger(key)) throw new RangeError(`a random seed is an integer of up to 53 bits, not ${key}`);
  for (const half of [key >>> 0, Math.floor(key / 0x1_0000_0000) >>> 0]) {
    for (let i = 0; i < words.length; i++) {
      words[i] = mix(words[i]! + mix(half + Math.imul(i + 1, 0x9e3779b9)));
    }
  }
}

/** The 32-bit finalizer of MurmurHash3 (Appleby): a bijection in which each input bit flips half of the output bits. */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
