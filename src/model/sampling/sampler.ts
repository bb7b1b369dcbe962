import { Vocabulary } from '../corpus/vocabulary';
import type { ModelConfiguration } from '../lstm/configuration';
import { parameterCount } from '../lstm/weights';
import type { Model } from '../onnx/modelFile';
import type { Precision } from '../onnx/recurrentStep';
import { drawBounded } from './boundedDraw';
import { ForwardSession } from './forwardSession';
import { choosePrecision } from './precision';
import { type RecurrentState, selectRows, zeroState } from './recurrentState';
import { RepeatGuard, repeatBounds } from './repeatGuard';
import { checkSampleOptions, type SampleOptions, type SampleRequest } from './sampleOptions';
import { type DrawResult, SamplerSession } from './samplerSession';
import { defaultThreads } from './sessionOptions';
import { TextStream } from './textStream';
import { Uniforms } from './uniforms';

/** A piece of one of the texts. The pieces of a text come in order; the last has `done`, and may be empty. */
export interface SampleChunk {
  /** Which of the `count` texts. */
  readonly index: number;
  readonly text: string;
  readonly done: boolean;
}

export interface SamplerOptions {
  /** By default `auto`: int8 where it is faster on this machine and loses under 0.01 bits per character. */
  readonly precision?: Precision | 'auto';
  /** By default as many as a model of this size makes good use of. */
  readonly threads?: number;
}

/** The first run is short so that text shows at once and a short line wastes little; then runs double. */
const firstRun = 32;
/** Of the longest run, where that is not too short or too long. */
const multiplications = 3e8;

/**
 * Characters of the longest run: what a run costs by itself is then little beside the work, also of a small model, and
 * a large one still shows its text many times a second. No clock is asked, so that a seed repeats a batch to the bit.
 */
export function longestRun(configuration: ModelConfiguration): number {
  const bySize = Math.floor(multiplications / parameterCount(configuration));
  return Math.max(256, Math.min(1024, bySize));
}

/** Texts that are written side by side; more at once are no faster for each character. */
const mostTexts = 32;

/** Uniform numbers for one run: 16 MB. */
const mostUniforms = 2 ** 22;

/** Writes text in the style of what a model has learned. */
export class Sampler {
  private forward: Promise<ForwardSession> | undefined;

  private constructor(
    private readonly model: Model,
    private readonly session: SamplerSession,
    private readonly threads: number,
  ) {}

  static async create(model: Model, options: SamplerOptions = {}): Promise<Sampler> {
    const { precision = 'auto', threads = defaultThreads(model.configuration) } = options;
    const session =
      precision === 'auto'
        ? await choosePrecision(model, threads)
        : await SamplerSession.create(model, { precision, threads });
    return new Sampler(model, session, threads);
  }

  /** What the products are computed in. */
  get precision(): Precision {
    return this.session.precision;
  }

  /**
   * Samples texts piece by piece. The same seed gives the same texts, and text i of several is what
   * `derivedSeed(seed, i)` gives alone, as far as rounding goes: sums of products may differ in their last bit.
   *
   * @throws UserError when an option is out of range; then nothing was begun.
   */
  sample(options: SampleOptions = {}): AsyncGenerator<SampleChunk, void, undefined> {
    const request = checkSampleOptions(options, this.model.vocabulary);
    return this.generate(request, options.signal);
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
    await (await this.forward)?.dispose();
  }

  private async *generate(request: SampleRequest, signal?: AbortSignal): AsyncGenerator<SampleChunk, void, undefined> {
    const { count, seed, length, stopAt, context } = request;
    signal?.throwIfAborted();
    const state = await this.read(context.subarray(0, -1));
    const guard = RepeatGuard.after(context, repeatBounds(this.model.vocabulary, request.longestRepeat));
    for (let start = 0; start < count; start += mostTexts) {
      const B = Math.min(mostTexts, count - start);
      const streams = Array.from(
        { length: B },
        (_, b) => new TextStream(start + b, seed, this.model.vocabulary, length, stopAt),
      );
      const batch = {
        streams,
        token: new Int32Array(B).fill(context.at(-1)!),
        guards: streams.map(() => guard.clone()),
        state: selectRows(state, new Array<number>(B).fill(0)),
      };
      yield* this.continueTexts(batch, request, signal);
    }
  }

  /** The state after some tokens [T] of one text. */
  private async read(tokens: Int32Array): Promise<RecurrentState> {
    if (tokens.length === 0) return zeroState(this.model.configuration, 1);
    this.forward ??= ForwardSession.create(this.model, { threads: this.threads });
    return (await (await this.forward).advance(tokens, tokens.length, 1)).state;
  }

  /** Writes texts to their ends. Those that have ended leave the batch. */
  private async *continueTexts(
    batch: Batch,
    { temperature, truncation, stopAt }: SampleRequest,
    signal?: AbortSignal,
  ): AsyncGenerator<SampleChunk, void, undefined> {
    const banned = [Vocabulary.unknown, Vocabulary.start, ...(stopAt === 'length' ? [Vocabulary.end] : [])];
    const width = this.session.uniformsPerDraw(truncation);
    const uniforms = new Uniforms(width);
    const longest = longestRun(this.model.configuration);
    const check = () => signal?.throwIfAborted();
    for (let run = firstRun; batch.streams.length > 0; run = Math.min(2 * run, longest)) {
      const { streams, token, guards, state } = batch;
      const fitting = Math.max(1, Math.floor(mostUniforms / (streams.length * width)));
      const length = Math.min(run, fitting, Math.max(...streams.map(({ remaining }) => remaining)));
      const numbers = uniforms.next(
        streams.map(({ random }) => random),
        length,
      );
      const request = { token, guards, state, length, uniforms: numbers, temperature, banned };
      const drawn = await drawBounded(this.session, { ...request, ...(truncation && { truncation }) }, check);
      for (const [b, stream] of streams.entries()) {
        const text = stream.accept(drawn.tokens, streams.length, b);
        yield { index: stream.index, text, done: stream.done };
      }
      batch = unfinished(batch, drawn);
    }
  }
}

/** B texts that are written side by side. */
interface Batch {
  readonly streams: readonly TextStream[];
  /** [B]: the last character of each, not yet read. */
  readonly token: Int32Array;
  /** [B] */
  readonly guards: readonly RepeatGuard[];
  /** Before it. */
  readonly state: RecurrentState;
}

/** The texts that have not ended with what was drawn. */
function unfinished({ streams, guards }: Batch, { tokens, state }: DrawResult): Batch {
  const B = streams.length;
  const rows = [...streams.keys()].filter((b) => !streams[b]!.done);
  return {
    streams: rows.map((b) => streams[b]!),
    token: Int32Array.from(rows, (b) => tokens[tokens.length - B + b]!),
    guards: rows.map((b) => guards[b]!),
    state: rows.length === B ? state : selectRows(state, rows),
  };
}

/** One text of {@link Sampler.sample} as a whole. */
export async function sampleText(sampler: Sampler, options: Omit<SampleOptions, 'count'> = {}): Promise<string> {
  const [text] = await collectTexts(sampler.sample({ ...options, count: 1 }), 1);
  return text!;
}

/** The `count` texts that come in pieces, each as a whole. */
export async function collectTexts(chunks: AsyncIterable<SampleChunk>, count: number): Promise<string[]> {
  const texts = new Array<string>(count).fill('');
  for await (const { index, text } of chunks) texts[index] += text;
  return texts;
}
