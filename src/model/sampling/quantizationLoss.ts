import { InferenceSession } from 'onnxruntime-node';
import type { Precision, WeightedModel } from '../onnx/recurrentStep';
import { buildTeacherForcedGraph } from '../onnx/teacherForcedGraph';
import { bitsFromNats } from '../training/history';
import { type RecurrentState, stateFeeds, stateFromOutputs, zeroState } from './recurrentState';
import { defaultThreads, sessionOptions } from './sessionOptions';
import { toTokenTensor } from './tokenTensor';

/** More than this many bits per character are too much to lose by 8-bit arithmetic. */
export const tolerableQuantizationLoss = 0.01;

const streams = 16;
const stepsPerRun = 64;

/**
 * How many bits per character more a text costs when the sampler works in 8 bits: the difference of the
 * cross-entropies.
 *
 * @param tokens held-out text; at least two characters.
 */
export async function measureQuantizationLoss(model: WeightedModel, tokens: ArrayLike<number>): Promise<number> {
  const B = Math.min(streams, tokens.length - 1);
  if (B < 1) throw new RangeError('a text of at least two characters is needed');
  const steps = Math.floor((tokens.length - 1) / B);
  let nats = 0;
  const compare: Comparison = (exact, rounded, t, b) => {
    const target = tokens[b * steps + t + 1]!;
    nats += exact[target]! - rounded[target]!;
  };
  await compareLogProbabilities(model, steps, B, (t, b) => tokens[b * steps + t]!, compare);
  return bitsFromNats(nats / (steps * B));
}

/**
 * What {@link measureQuantizationLoss} is expected to be on texts that the model itself would write: the mean
 * Kullback-Leibler divergence of the 8-bit predictions from the exact ones.
 *
 * @param tokens texts that the model drew at temperature 1, [T, B] row-major.
 */
export async function expectedQuantizationLoss(model: WeightedModel, tokens: Int32Array, B: number): Promise<number> {
  const T = tokens.length / B;
  let nats = 0;
  const compare: Comparison = (exact, rounded) => {
    for (let i = 0; i < exact.length; i++) nats += Math.exp(exact[i]!) * (exact[i]! - rounded[i]!);
  };
  await compareLogProbabilities(model, T, B, (t, b) => tokens[t * B + b]!, compare);
  return bitsFromNats(nats / (T * B));
}

/** Receives ln p [V] of the character after step t of text b, in float32 and in 8-bit arithmetic. */
type Comparison = (exact: Float32Array, rounded: Float32Array, t: number, b: number) => void;

/** Runs both arithmetics over the same B texts of `steps` characters. */
async function compareLogProbabilities(
  model: WeightedModel,
  steps: number,
  B: number,
  tokenAt: (t: number, b: number) => number,
  compare: Comparison,
): Promise<void> {
  const V = model.configuration.vocabularySize;
  const readers = [await Reader.create(model, 'float32', B), await Reader.create(model, 'int8', B)] as const;
  for (let start = 0; start < steps; start += stepsPerRun) {
    const T = Math.min(stepsPerRun, steps - start);
    const tokens = Int32Array.from({ length: T * B }, (_, i) => tokenAt(start + Math.floor(i / B), i % B));
    const [exact, rounded] = [await readers[0].read(tokens, T), await readers[1].read(tokens, T)];
    for (let row = 0; row < T * B; row++) {
      const part = (logits: Float32Array) => logSoftmax(logits.subarray(row * V, (row + 1) * V));
      compare(part(exact), part(rounded), start + Math.floor(row / B), row % B);
    }
  }
  for (const reader of readers) await reader.dispose();
}

/** Reads B texts on and on in one of the sampler's arithmetics. */
class Reader {
  private constructor(
    private readonly model: WeightedModel,
    private readonly session: InferenceSession,
    private state: RecurrentState,
  ) {}

  static async create(model: WeightedModel, precision: Precision, B: number): Promise<Reader> {
    const options = sessionOptions(defaultThreads(model.configuration));
    const session = await InferenceSession.create(buildTeacherForcedGraph(model, precision), options);
    return new Reader(model, session, zeroState(model.configuration, B));
  }

  /** tokens [T, B] to logits [T, B, V]. */
  async read(tokens: Int32Array, T: number): Promise<Float32Array> {
    const outputs = await this.session.run({
      tokens: toTokenTensor(tokens, [T, this.state.batch]),
      lastSteps: toTokenTensor([T], [1]),
      ...stateFeeds(this.model.configuration, this.state),
    });
    this.state = stateFromOutputs(this.model.configuration, outputs);
    return outputs.logits!.data as Float32Array;
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

function logSoftmax(logits: Float32Array): Float32Array {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const logSum = largest + Math.log(sum);
  return logits.map((logit) => logit - logSum);
}
