import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Precision, WeightedModel } from '../onnx/recurrentStep';
import { buildSamplerGraph } from '../onnx/samplerGraph';
import { type RecurrentState, stateFeeds, stateFromOutputs } from './recurrentState';
import { defaultThreads, smallOperatorOptions } from './sessionOptions';
import { fromTokenTensor, toTokenTensor } from './tokenTensor';

export interface DrawRequest {
  /** [B]: the last character of each text, not yet read. */
  readonly token: Int32Array;
  /** The state before it. */
  readonly state: RecurrentState;
  /** N: how many characters to draw. */
  readonly length: number;
  /** [N, B, W] row-major: numbers in (0, 1), W as {@link SamplerSession.uniformsPerDraw} says. */
  readonly uniforms: Float32Array;
  /** 0 draws the most likely character. */
  readonly temperature: number;
  /** Characters that must not be drawn. */
  readonly banned: readonly number[];
  /** [B]: one more of each text, or -1. */
  readonly alsoBanned?: Int32Array;
  readonly truncation?: Truncation;
}

/** Draws from the topK most likely characters, and of these from the fewest that together have probability topP. */
export interface Truncation {
  /** 1 to V. */
  readonly topK: number;
  /** In (0, 1]. */
  readonly topP: number;
}

export interface DrawResult {
  /** [N, B] row-major. */
  readonly tokens: Int32Array;
  /** After reading all but the last of them. */
  readonly state: RecurrentState;
}

/** Draws characters of B texts, many in one run of a graph. See {@link buildSamplerGraph}. */
export class SamplerSession {
  private readonly sessions = new Map<boolean, Promise<InferenceSession>>();

  private constructor(
    private readonly model: WeightedModel,
    readonly precision: Precision,
    private readonly threads: number,
  ) {}

  static async create(
    model: WeightedModel,
    options: { readonly precision: Precision; readonly threads?: number },
  ): Promise<SamplerSession> {
    const threads = options.threads ?? defaultThreads(model.configuration);
    const session = new SamplerSession(model, options.precision, threads);
    await session.graph(false);
    return session;
  }

  /** W: how many uniform numbers one draw takes. */
  uniformsPerDraw(truncation?: Truncation): number {
    return truncation?.topK ?? this.model.configuration.vocabularySize;
  }

  async draw(request: DrawRequest): Promise<DrawResult> {
    const { configuration } = this.model;
    const { token, state, length: N, truncation } = request;
    const B = token.length;
    const W = this.uniformsPerDraw(truncation);
    const scalar = (value: number) => new Tensor('float32', Float32Array.of(value), []);
    const session = await this.graph(truncation !== undefined);
    const outputs = await session.run({
      token: toTokenTensor(token, [B]),
      uniforms: new Tensor('float32', request.uniforms, [N, B, W]),
      temperature: scalar(request.temperature),
      bans: this.bans(B, request),
      ...(truncation && { topK: toTokenTensor([truncation.topK], [1]), topP: scalar(truncation.topP) }),
      ...stateFeeds(configuration, state),
    });
    return {
      tokens: fromTokenTensor(outputs.tokens!),
      state: stateFromOutputs(configuration, outputs),
    };
  }

  async dispose(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).release();
  }

  private bans(B: number, { banned, alsoBanned }: DrawRequest): Tensor {
    const { vocabularySize: V } = this.model.configuration;
    const bans = new Float32Array(B * V);
    for (let b = 0; b < B; b++) {
      for (const id of banned) bans[b * V + id] = -Infinity;
      const one = alsoBanned?.[b] ?? -1;
      if (one >= 0) bans[b * V + one] = -Infinity;
    }
    return new Tensor('float32', bans, [B, V]);
  }

  /** The graph that truncates is built when it is first needed. */
  private graph(truncated: boolean): Promise<InferenceSession> {
    let session = this.sessions.get(truncated);
    if (session === undefined) {
      const graph = buildSamplerGraph(this.model, { precision: this.precision, truncated });
      session = InferenceSession.create(graph, smallOperatorOptions(this.threads));
      this.sessions.set(truncated, session);
    }
    return session;
  }
}
