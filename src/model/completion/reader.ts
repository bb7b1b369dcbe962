import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { buildReadingGraph } from '../onnx/readingGraph';
import type { Precision, WeightedModel } from '../onnx/recurrentStep';
import { buildTeacherForcedGraph } from '../onnx/teacherForcedGraph';
import { ForwardSession } from '../sampling/forwardSession';
import { type RecurrentState, stateFeeds, stateFromOutputs, zeroState } from '../sampling/recurrentState';
import { smallOperatorOptions } from '../sampling/sessionOptions';
import { toTokenTensor } from '../sampling/tokenTensor';

/** Reads one text. */
export interface Reader {
  /** The state after `tokens` [T], at least one, from `state` or from the start of a text. */
  read(tokens: Int32Array, state: RecurrentState | undefined): Promise<RecurrentState>;
  dispose(): Promise<void>;
}

/**
 * A reader in the precision of the sampler. In 8 bits one thread reads 1,000 characters of 2x512 in 38 ms layer by
 * layer and in 60 ms by the sampler's steps; ONNX's own LSTM operator, which knows float32 alone, takes 78 ms of two
 * threads and 128 ms of one.
 *
 * @param threads for float32.
 */
export async function createReader(model: WeightedModel, precision: Precision, threads: number): Promise<Reader> {
  if (precision === 'int8') return createRoundedReader(model);
  const session = await ForwardSession.create(model, { threads });
  return {
    read: async (tokens, state) => (await session.advance(tokens, tokens.length, 1, state)).state,
    dispose: () => session.dispose(),
  };
}

/**
 * Layer by layer where the model is an LSTM, for which alone there is such an operator, and where that comes to what
 * the sampler's steps come to: on processors without instructions for 8-bit products it cuts off sums of two that are
 * too large for 16 bits.
 */
async function createRoundedReader(model: WeightedModel): Promise<Reader> {
  const bySteps = await GraphReader.create(model, buildTeacherForcedGraph(model, 'int8'), {
    lastSteps: toTokenTensor([0], [1]),
  });
  const { cellType, vocabularySize } = model.configuration;
  if (cellType !== 'lstm' || vocabularySize > largestOneHot) return bySteps;
  // Its operator is one of ONNX Runtime's own, which not every build needs to have.
  const byLayers = await GraphReader.create(model, buildReadingGraph(model)).catch(() => null);
  if (byLayers === null) return bySteps;
  const agree = await readersAgree(byLayers, bySteps, vocabularySize);
  await (agree ? bySteps : byLayers).dispose();
  return agree ? byLayers : bySteps;
}

/** Characters of a vocabulary beyond which a product with one-hot rows costs more than all else. */
const largestOneHot = 512;
const probeLength = 64;
/** Of the length of a state: each of the two is up to 0.02 away from the state in float32. */
const tolerableDistance = 0.1;

/** Whether two readers come to nearly the same state behind a text of many characters. */
export async function readersAgree(a: Reader, b: Reader, vocabularySize: number): Promise<boolean> {
  const tokens = Int32Array.from({ length: probeLength }, (_, i) => i % vocabularySize);
  const [ofA, ofB] = [await a.read(tokens, undefined), await b.read(tokens, undefined)];
  return ofA.tensors.every((tensor, i) => {
    const [x, y] = [tensor.data as Float32Array, ofB.tensors[i]!.data as Float32Array];
    const distance = Math.hypot(...x.map((value, k) => value - y[k]!));
    return distance <= tolerableDistance * Math.hypot(...y);
  });
}

/** Reads by a graph, in one thread. */
class GraphReader implements Reader {
  private constructor(
    private readonly model: WeightedModel,
    private readonly session: InferenceSession,
    private readonly feeds: Readonly<Record<string, Tensor>>,
  ) {}

  /** @param feeds what the graph takes besides tokens and states. */
  static async create(
    model: WeightedModel,
    graph: Uint8Array,
    feeds: Readonly<Record<string, Tensor>> = {},
  ): Promise<GraphReader> {
    return new GraphReader(model, await InferenceSession.create(graph, smallOperatorOptions(1)), feeds);
  }

  async read(tokens: Int32Array, state: RecurrentState | undefined): Promise<RecurrentState> {
    const { configuration } = this.model;
    const outputs = await this.session.run({
      ...this.feeds,
      tokens: toTokenTensor(tokens, [tokens.length, 1]),
      ...stateFeeds(configuration, state ?? zeroState(configuration, 1)),
    });
    return stateFromOutputs(configuration, outputs);
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
