import { availableParallelism } from 'node:os';
import { Vocabulary } from '../corpus/vocabulary';
import type { ModelConfiguration } from '../lstm/configuration';
import { initializeWeights } from '../lstm/initialization';
import { parameterCount } from '../lstm/weights';
import type { Model } from '../onnx/modelFile';
import type { Precision } from '../onnx/recurrentStep';
import { threadsAsleep } from '../onnx/threadsAsleep';
import { median } from '../statistics';
import { CharacterSampler } from './characterSampler';
import { ForwardSession } from './forwardSession';
import { Sampler, sampleText } from './sampler';

/** What to measure: a model of random weights, whose speed is that of a trained one. */
export interface MeasuredShape extends Pick<ModelConfiguration, 'hiddenSize' | 'numLayers'> {
  /** V, 96 by default: the characters of a keyboard. */
  readonly vocabularySize?: number;
  /** `lstm` by default. */
  readonly cellType?: ModelConfiguration['cellType'];
}

/** What one round measured, or the medians of several. */
export interface SamplingSpeeds {
  /** Characters per second of {@link Sampler}, one text. */
  readonly float32: number;
  readonly int8: number;
  /** Characters per second with one run of a graph for each. */
  readonly onePerCharacter: number;
  /** Milliseconds to read {@link primingLength} characters of one text. */
  readonly primingMilliseconds: number;
}

/** Characters that priming is measured with. */
export const primingLength = 1000;

/** About this many multiplications a contestant does in a round: a tenth of a second to two seconds. */
const multiplicationsPerRound = 1e10;

type Contest = 'float32' | 'int8' | 'priming' | `one per character, ${number} threads`;

/**
 * Contestants that are warm and take turns. Measure several rounds, so that whatever else the machine does meets all of
 * them alike.
 */
export class SamplingMeasurement {
  private readonly characters: number;
  private readonly seconds = new Map<Contest, number[]>();

  private constructor(
    configuration: ModelConfiguration,
    private readonly samplers: Readonly<Record<Precision, Sampler>>,
    private readonly peers: ReadonlyMap<number, CharacterSampler>,
    private readonly reader: ForwardSession,
    multiplications: number,
  ) {
    const inOneRound = Math.round(multiplications / parameterCount(configuration));
    this.characters = Math.max(256, Math.min(32_768, inOneRound));
  }

  /** @param multiplications that each contestant does in a round, within bounds. */
  static async create(shape: MeasuredShape, multiplications = multiplicationsPerRound): Promise<SamplingMeasurement> {
    const model = randomModel(shape);
    const create = (precision: Precision) => Sampler.create(model, { precision });
    const samplers = { float32: await create('float32'), int8: await create('int8') };
    const peers = new Map<number, CharacterSampler>();
    for (const threads of [1, availableParallelism()]) {
      if (!peers.has(threads)) peers.set(threads, await CharacterSampler.create(model, threads));
    }
    const reader = await ForwardSession.create(model);
    const measurement = new SamplingMeasurement(model.configuration, samplers, peers, reader, multiplications);
    await measurement.measureRound();
    measurement.seconds.clear();
    return measurement;
  }

  /** Lets each contestant run once. */
  async measureRound(): Promise<void> {
    const { characters } = this;
    const options = { length: characters, seed: 1, stopAt: 'length' } as const;
    await this.time('float32', () => sampleText(this.samplers.float32, options));
    await this.time('int8', () => sampleText(this.samplers.int8, options));
    for (const [threads, peer] of this.peers) {
      await this.time(`one per character, ${threads} threads`, () => peer.write(characters, 1));
    }
    const text = Int32Array.from({ length: primingLength }, (_, i) => 3 + ((i * 37) % 90));
    await this.time('priming', () => this.reader.advance(text, primingLength, 1));
  }

  /** The medians of the rounds so far; of the one-per-character loop, that of the better number of threads. */
  speeds(): SamplingSpeeds {
    const perSecond = (contest: Contest) => this.characters / median(this.seconds.get(contest)!);
    const peers = [...this.peers.keys()].map((threads) => perSecond(`one per character, ${threads} threads`));
    return {
      float32: perSecond('float32'),
      int8: perSecond('int8'),
      onePerCharacter: Math.max(...peers),
      primingMilliseconds: 1000 * median(this.seconds.get('priming')!),
    };
  }

  async dispose(): Promise<void> {
    const contestants = [this.samplers.float32, this.samplers.int8, this.reader, ...this.peers.values()];
    for (const contestant of contestants) await contestant.dispose();
  }

  private async time(contest: Contest, work: () => Promise<unknown>): Promise<void> {
    await threadsAsleep();
    const start = performance.now();
    await work();
    const times = this.seconds.get(contest) ?? [];
    this.seconds.set(contest, [...times, (performance.now() - start) / 1000]);
  }
}

function randomModel({ hiddenSize, numLayers, vocabularySize = 96, cellType = 'lstm' }: MeasuredShape): Model {
  const configuration = { cellType, vocabularySize, hiddenSize, numLayers };
  const characters = Array.from({ length: vocabularySize - 3 }, (_, i) => String.fromCodePoint(0x20 + i));
  return {
    configuration,
    vocabulary: new Vocabulary(['\uFFFD', '\u0002', '\u0003', ...characters]),
    weights: initializeWeights(configuration, 1, { scheme: 'uniform' }),
    history: null,
  };
}
