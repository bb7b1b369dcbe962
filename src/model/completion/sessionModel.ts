import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Vocabulary } from '../corpus/vocabulary';
import { buildContinuationGraph } from '../onnx/continuationGraph';
import type { Model } from '../onnx/modelFile';
import type { Precision } from '../onnx/recurrentStep';
import { Random } from '../random';
import { choosePrecision } from '../sampling/precision';
import { type RecurrentState, stateFeeds, zeroState } from '../sampling/recurrentState';
import { defaultThreads, smallOperatorOptions } from '../sampling/sessionOptions';
import { fromTokenTensor, toTokenTensor } from '../sampling/tokenTensor';
import { Uniforms } from '../sampling/uniforms';
import type { CompletionModel, Continuation, ContinuationLimits } from './continuation';
import { createReader, type Reader } from './reader';

export interface SessionModelOptions {
  /** By default `auto`: int8 where it is faster on this machine and loses under 0.01 bits per character. */
  readonly precision?: Precision | 'auto';
  /** For reading in float32; by default as many as a model of this size makes good use of. */
  readonly threads?: number;
}

/**
 * One character at a time is so little work that a second thread gains next to nothing, and on a machine that does
 * something else as well, such as training, the two wait for each other.
 */
const continuingThreads = 1;

/** The least logarithm is compared in float32 in the graph and exactly outside, which must not miss a character. */
const slack = 1e-3;

/** The recurrent network in two sessions: one reads, the other continues. */
export class SessionModel implements CompletionModel<RecurrentState> {
  private readonly graphs = new Map<boolean, Promise<InferenceSession>>();

  private constructor(
    private readonly model: Model,
    private readonly reader: Reader,
    readonly precision: Precision,
  ) {}

  static async create(model: Model, options: SessionModelOptions = {}): Promise<SessionModel> {
    const { threads = defaultThreads(model.configuration) } = options;
    let { precision = 'auto' } = options;
    if (precision === 'auto') {
      const sampler = await choosePrecision(model, continuingThreads);
      precision = sampler.precision;
      await sampler.dispose();
    }
    const session = new SessionModel(model, await createReader(model, precision, threads), precision);
    await session.graph(false);
    return session;
  }

  get vocabulary(): Vocabulary {
    return this.model.vocabulary;
  }

  read(tokens: Int32Array, state: RecurrentState | undefined): Promise<RecurrentState> {
    return this.reader.read(tokens, state);
  }

  async continue(
    last: number,
    state: RecurrentState | undefined,
    { most, leastProbability, ends, temperature, seed }: ContinuationLimits,
  ): Promise<Continuation> {
    const { configuration } = this.model;
    const session = await this.graph(temperature > 0);
    const outputs = await session.run({
      token: toTokenTensor([last], [1]),
      most: toTokenTensor([most], [1]),
      leastLogProbability: new Tensor('float32', Float32Array.of(Math.log(leastProbability) - slack), [1]),
      ends: new Tensor('bool', ends, [ends.length]),
      ...(temperature > 0 && { noise: gumbelNoise(most, configuration.vocabularySize, temperature, seed) }),
      ...stateFeeds(configuration, state ?? zeroState(configuration, 1)),
    });
    return {
      tokens: fromTokenTensor(outputs.tokens!),
      logProbabilities: outputs.logProbabilities!.data as Float32Array,
      distribution: outputs.distribution!.data as Float32Array,
    };
  }

  async dispose(): Promise<void> {
    await this.reader.dispose();
    for (const session of this.graphs.values()) await (await session).release();
  }

  /** The graph that draws is built when it is first needed. */
  private graph(noisy: boolean): Promise<InferenceSession> {
    let session = this.graphs.get(noisy);
    if (session === undefined) {
      const graph = buildContinuationGraph(this.model, { precision: this.precision, noisy });
      session = InferenceSession.create(graph, smallOperatorOptions(continuingThreads));
      this.graphs.set(noisy, session);
    }
    return session;
  }
}

/** T·G = −T·ln(−ln u): see the sampler's graph. [N, V] */
function gumbelNoise(N: number, V: number, temperature: number, seed: number): Tensor {
  const uniforms = new Uniforms(V).next([Random.fromSeed(seed)], N);
  const noise = uniforms.map((u) => -temperature * Math.log(-Math.log(u)));
  return new Tensor('float32', noise, [N, V]);
}
