import { Vocabulary } from '../corpus/vocabulary';
import type { Model } from '../onnx/modelFile';
import type { Precision } from '../onnx/recurrentStep';
import { ForwardSession } from './forwardSession';
import { choosePrecision } from './precision';
import { type RecurrentState, selectRows, zeroState } from './recurrentState';
import { checkSampleOptions, type SampleOptions, type SampleRequest } from './sampleOptions';
import { SamplerSession } from './samplerSession';
import { defaultThreads } from './sessionOptions';
import { TextStream } from './textStream';

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
const longestRun = 256;
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
    for (let start = 0; start < count; start += mostTexts) {
      const streams = Array.from(
        { length: Math.min(mostTexts, count - start) },
        (_, i) => new TextStream(start + i, seed, this.model.vocabulary, length, stopAt),
      );
      yield* this.continueTexts(streams, context.at(-1)!, state, request, signal);
    }
  }

  /** The state after some tokens [T] of one text. */
  private async read(tokens: Int32Array): Promise<RecurrentState> {
    if (tokens.length === 0) return zeroState(this.model.configuration, 1);
    this.forward ??= ForwardSession.create(this.model, { threads: this.threads });
    return (await (await this.forward).advance(tokens, tokens.length, 1)).state;
  }

  /** Writes texts that all go on from `last` and the state before it. Those that have ended leave the batch. */
  private async *continueTexts(
    streams: TextStream[],
    last: number,
    before: RecurrentState,
    { temperature, truncation, stopAt }: SampleRequest,
    signal?: AbortSignal,
  ): AsyncGenerator<SampleChunk, void, undefined> {
    const banned = [Vocabulary.unknown, Vocabulary.start, ...(stopAt === 'length' ? [Vocabulary.end] : [])];
    const width = this.session.uniformsPerDraw(truncation);
    let active = streams;
    let token = new Int32Array(active.length).fill(last);
    let state = selectRows(before, new Array<number>(active.length).fill(0));
    for (let run = firstRun; active.length > 0; run = Math.min(2 * run, longestRun)) {
      signal?.throwIfAborted();
      const B = active.length;
      const fitting = Math.max(1, Math.floor(mostUniforms / (B * width)));
      const draws = Math.min(run, fitting, Math.max(...active.map(({ remaining }) => remaining)));
      const uniforms = interleave(
        active.map((stream) => stream.uniforms(draws, width)),
        width,
      );
      const drawn = await this.session.draw({
        token,
        state,
        length: draws,
        uniforms,
        temperature,
        banned,
        ...(truncation && { truncation }),
      });
      for (const [b, stream] of active.entries()) {
        const text = stream.accept(drawn.tokens, B, b);
        yield { index: stream.index, text, done: stream.done };
      }
      const rows = [...active.keys()].filter((b) => !active[b]!.done);
      token = Int32Array.from(rows, (b) => drawn.tokens[(draws - 1) * B + b]!);
      state = rows.length === B ? drawn.state : selectRows(drawn.state, rows);
      active = rows.map((b) => active[b]!);
    }
  }
}

/** One text of {@link Sampler.sample} as a whole. */
export async function sampleText(sampler: Sampler, options: Omit<SampleOptions, 'count'> = {}): Promise<string> {
  let text = '';
  for await (const chunk of sampler.sample({ ...options, count: 1 })) text += chunk.text;
  return text;
}

/** B arrays [N, W] as one [N, B, W]. */
function interleave(arrays: readonly Float32Array[], W: number): Float32Array {
  if (arrays.length === 1) return arrays[0]!;
  const B = arrays.length;
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  for (const [b, array] of arrays.entries()) {
    for (let n = 0; n * W < array.length; n++) result.set(array.subarray(n * W, (n + 1) * W), (n * B + b) * W);
  }
  return result;
}
