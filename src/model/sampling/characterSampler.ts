import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Vocabulary } from '../corpus/vocabulary';
import { buildCharacterGraph } from '../onnx/characterGraph';
import { stateTensorNames, type WeightedModel } from '../onnx/recurrentStep';
import { Random } from '../random';
import { sessionOptions } from './sessionOptions';

/**
 * Sampling with one run of a graph for each character and the draw in TypeScript, as well as that can be done: buffers
 * that are bound once, two states that take turns. The benchmark compares {@link Sampler} with it.
 */
export class CharacterSampler {
  private readonly token = new Tensor('int64', new BigInt64Array(1), [1]);
  private readonly logits: Tensor;
  private readonly states: readonly [Tensor, Tensor];

  private constructor(
    private readonly session: InferenceSession,
    { configuration }: WeightedModel,
  ) {
    const { vocabularySize: V, hiddenSize: H } = configuration;
    const width = stateTensorNames(configuration).length * H;
    const zeros = (size: number) => new Tensor('float32', new Float32Array(size), [1, size]);
    this.logits = zeros(V);
    this.states = [zeros(width), zeros(width)];
  }

  static async create(model: WeightedModel, threads: number): Promise<CharacterSampler> {
    const session = await InferenceSession.create(buildCharacterGraph(model), sessionOptions(threads));
    return new CharacterSampler(session, model);
  }

  /** Draws characters at temperature 1 and returns their ids. */
  async write(length: number, seed: number): Promise<Int32Array> {
    const random = Random.fromSeed(seed);
    const ids = new Int32Array(length);
    let [before, after] = this.states;
    (before.data as Float32Array).fill(0);
    let last: number = Vocabulary.start;
    for (let i = 0; i < length; i++) {
      (this.token.data as BigInt64Array)[0] = BigInt(last);
      await this.session.run({ token: this.token, state: before }, { logits: this.logits, nextState: after });
      last = draw(this.logits.data as Float32Array, random.next());
      ids[i] = last;
      [before, after] = [after, before];
    }
    return ids;
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

/** Draws from softmax(logits) by inverting its cumulative distribution; the first two ids, which are reserved, never. */
function draw(logits: Float32Array, uniform: number): number {
  const first = Vocabulary.end;
  let largest = -Infinity;
  for (let id = first; id < logits.length; id++) if (logits[id]! > largest) largest = logits[id]!;
  let sum = 0;
  for (let id = first; id < logits.length; id++) {
    logits[id] = Math.exp(logits[id]! - largest);
    sum += logits[id]!;
  }
  let rest = uniform * sum;
  for (let id = first; id < logits.length - 1; id++) {
    rest -= logits[id]!;
    if (rest < 0) return id;
  }
  return logits.length - 1;
}
