import { InferenceSession } from 'onnxruntime-node';
import { buildForwardGraph } from '../onnx/forwardGraph';
import type { WeightedModel } from '../onnx/recurrentStep';
import { buildTeacherForcedGraph } from '../onnx/teacherForcedGraph';
import { type RecurrentState, stateFeeds, stateFromOutputs, zeroState } from './recurrentState';
import { defaultThreads, sessionOptions } from './sessionOptions';
import { toTokenTensor } from './tokenTensor';

export interface ForwardResult {
  /** [S, B, V] row-major: scores of the character after each of the last S steps, before the softmax. */
  readonly logits: Float32Array;
  /** After the last step. */
  readonly state: RecurrentState;
}

/** From this many texts on, one product a step for all of them is faster than ONNX's recurrent operators. */
const batchFromTexts = 8;

/** Reads text: what a model thinks of each character, and what it remembers afterwards. */
export class ForwardSession {
  private batched: Promise<InferenceSession> | undefined;

  private constructor(
    private readonly model: WeightedModel,
    private readonly threads: number,
    private readonly single: InferenceSession,
  ) {}

  /** @param options.threads by default as many as a model of this size makes good use of. */
  static async create(model: WeightedModel, options: { readonly threads?: number } = {}): Promise<ForwardSession> {
    const threads = options.threads ?? defaultThreads(model.configuration);
    const graph = buildForwardGraph(model, { selectsSteps: true });
    return new ForwardSession(model, threads, await InferenceSession.create(graph, sessionOptions(threads)));
  }

  /**
   * Reads T characters of B texts.
   *
   * @param tokens [T, B] row-major.
   * @param state where the texts stand; left out, at their beginning.
   * @param lastSteps S: how many of the last steps to give scores for, all by default.
   */
  async run(
    tokens: Int32Array,
    T: number,
    B: number,
    state: RecurrentState = zeroState(this.model.configuration, B),
    lastSteps = T,
  ): Promise<ForwardResult> {
    if (tokens.length !== T * B || T < 1 || state.batch !== B || lastSteps < 0 || lastSteps > T) {
      throw new RangeError(`${tokens.length} tokens and a state of ${state.batch} are not T=${T} of B=${B}`);
    }
    const session = B < batchFromTexts ? this.single : await this.batchSession();
    const outputs = await session.run({
      tokens: toTokenTensor(tokens, [T, B]),
      lastSteps: toTokenTensor([lastSteps], [1]),
      ...stateFeeds(this.model.configuration, state),
    });
    return {
      logits: outputs.logits!.data as Float32Array,
      state: stateFromOutputs(this.model.configuration, outputs),
    };
  }

  /** Like {@link run} without the scores, and so without their cost. */
  async advance(
    tokens: Int32Array,
    T: number,
    B: number,
    state?: RecurrentState,
  ): Promise<{ readonly state: RecurrentState }> {
    return { state: (await this.run(tokens, T, B, state, 0)).state };
  }

  async dispose(): Promise<void> {
    await this.single.release();
    await (await this.batched)?.release();
  }

  private batchSession(): Promise<InferenceSession> {
    this.batched ??= InferenceSession.create(
      buildTeacherForcedGraph(this.model, 'float32'),
      sessionOptions(this.threads),
    );
    return this.batched;
  }
}
