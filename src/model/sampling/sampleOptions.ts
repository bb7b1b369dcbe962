import { randomInt } from 'node:crypto';
import { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';
import type { Truncation } from './samplerSession';

/** What to write. */
export interface SampleOptions {
  /** How many texts, 1 by default. */
  readonly count?: number;
  /** 1 by default; lower is more conservative, 0 always takes the most likely character that may come. */
  readonly temperature?: number;
  /** Draws from the `topK` most likely characters only. */
  readonly topK?: number;
  /** Draws from the fewest characters that together have this probability; after `topK`. */
  readonly topP?: number;
  /** The same seed gives the same text; by default a random one. */
  readonly seed?: number;
  /** Text that comes before: the sample continues it and does not repeat it. */
  readonly prime?: string;
  /** The path of the document to write, such as `drivers/net/foo.c`: what stands in its head. */
  readonly path?: string;
  /**
   * What becomes of characters of `prime` and `path` that the model has never seen: they are refused (the default), or
   * read as the unknown character, as they would have been in training.
   */
  readonly unknownCharacters?: 'refuse' | 'read';
  /** The most characters to write, 2,000 by default. */
  readonly length?: number;
  /**
   * Where a text ends: at the end of the document (the default), at the end of the line, or only at `length`. The
   * character that it ends at is not a part of it.
   */
  readonly stopAt?: StopRule;
  /**
   * How often the same character may come in a row, {@link lineWidth} by default, spaces and tabs half as often; Infinity
   * sets no bound. Low temperatures would otherwise fall into rows of spaces that do not end.
   */
  readonly longestRepeat?: number;
  /** Ends the sampling; the generator then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export type StopRule = 'document' | 'line' | 'length';

/** {@link SampleOptions} checked, with defaults filled in. */
export interface SampleRequest {
  readonly count: number;
  readonly temperature: number;
  readonly truncation: Truncation | undefined;
  readonly seed: number;
  /** What the texts continue: at least one token. */
  readonly context: Int32Array;
  readonly length: number;
  readonly stopAt: StopRule;
  readonly longestRepeat: number;
}

/**
 * A line of source code. In C, Python and TypeScript (220 MB were counted) a character comes more often in a row once in
 * 4 million characters, and more than half as many spaces once in 140,000.
 */
export const lineWidth = 80;

/** Characters of `prime` that the model looks back at: what was longer ago it has long forgotten. */
export const primeWindow = 2000;
const defaultLength = 2000;
const largestCount = 10_000;
const largestLength = 10_000_000;
const stopRules: readonly StopRule[] = ['document', 'line', 'length'];

/** A seed for when none was given. */
export function randomSeed(): number {
  return randomInt(2 ** 32);
}

/** @throws UserError when an option is out of range or a character of `prime` or `path` is unknown and refused. */
export function checkSampleOptions(options: SampleOptions, vocabulary: Vocabulary): SampleRequest {
  const { count = 1, temperature = 1, topK, topP, seed = randomSeed() } = options;
  const { length = defaultLength, stopAt = 'document', longestRepeat = lineWidth } = options;
  checkInteger('count', count, 1, largestCount);
  checkInteger('length', length, 1, largestLength);
  checkInteger('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (!(temperature >= 0 && temperature <= 100)) {
    throw new UserError(`The temperature must be a number from 0 to 100, not ${temperature}.`);
  }
  if (topK !== undefined) checkInteger('top-k', topK, 1, Number.MAX_SAFE_INTEGER);
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw new UserError(`The top-p must be a number above 0 and up to 1, not ${topP}.`);
  }
  if (longestRepeat !== Infinity) checkInteger('longest repeat', longestRepeat, 1, Number.MAX_SAFE_INTEGER);
  if (!stopRules.includes(stopAt)) {
    throw new UserError(`Sampling can stop at ${stopRules.join(', ')}, not at ${stopAt}.`);
  }
  const truncation =
    topK === undefined && topP === undefined
      ? undefined
      : { topK: Math.min(topK ?? vocabulary.size, vocabulary.size), topP: topP ?? 1 };
  const context = contextOf(options, vocabulary);
  return { count, temperature, truncation, seed, context, length, stopAt, longestRepeat };
}

/** The head of the document and the last part of the prime text; without either, the start of a document. */
function contextOf(
  { prime = '', path, unknownCharacters = 'refuse' }: SampleOptions,
  vocabulary: Vocabulary,
): Int32Array {
  if (path !== undefined && (path === '' || /[\n\r]/.test(path))) {
    throw new UserError('The path of the document must not be empty or have line breaks in it.');
  }
  const text = prime.replace(/\r\n?/g, '\n');
  if (unknownCharacters === 'refuse') {
    checkCharacters('prime text', text, vocabulary);
    checkCharacters('path', path ?? '', vocabulary);
  }
  const head = path === undefined ? [] : [Vocabulary.start, ...vocabulary.encode(`${path}\n`)];
  const context = [...head, ...vocabulary.encode(text).slice(-primeWindow)];
  return Int32Array.from(context.length === 0 ? [Vocabulary.start] : context);
}

function checkCharacters(name: string, text: string, vocabulary: Vocabulary): void {
  const unknown = vocabulary.knows(text);
  if (unknown.length === 0) return;
  const some = unknown.slice(0, 10).map((character) => JSON.stringify(character));
  const list = `${some.join(', ')}${unknown.length > some.length ? ', …' : ''}`;
  const [noun, pronoun] = unknown.length === 1 ? ['character', 'it'] : ['characters', 'them'];
  throw new UserError(
    `The ${name} has ${unknown.length} ${noun} that the model has never seen (${list}): leave ${pronoun} out.`,
  );
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const open = least === 1 ? ' above 0' : '';
  const range = most === Number.MAX_SAFE_INTEGER ? open : ` from ${least} to ${most}`;
  throw new UserError(`The ${name} must be a whole number${range}, not ${value}.`);
}
