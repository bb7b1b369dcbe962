import { InferenceSession } from 'onnxruntime-node';
import { buildInspectionGraph, gateNames } from '../onnx/inspectionGraph';
import type { WeightedModel } from '../onnx/recurrentStep';
import { type RecurrentState, stateFeeds, stateFromOutputs, zeroState } from '../sampling/recurrentState';
import { defaultThreads, sessionOptions } from '../sampling/sessionOptions';
import { fromTokenTensor, toTokenTensor } from '../sampling/tokenTensor';
import type { InspectedText } from './inspectedText';
import type { ActivationRows, LayerRows, PredictionRows } from './rows';

/** Guesses that are reported for each character. */
export const guessCount = 5;

export interface ReadHandlers {
  onPredictions?(rows: PredictionRows): void;
  /** Without it nothing is computed for it. */
  onActivations?(rows: ActivationRows): void;
  readonly signal?: AbortSignal;
}

/** Characters read at a time: what is in memory at once does not grow with the text. */
const chunkLength = 256;

/** Reads texts and tells of each character what the model expected there and what went on inside it. */
export class InspectionReader {
  private readonly sessions = new Map<boolean, Promise<InferenceSession>>();
  /** K; a vocabulary may be smaller than {@link guessCount}. */
  readonly guesses: number;

  constructor(private readonly model: WeightedModel) {
    this.guesses = Math.min(guessCount, model.configuration.vocabularySize);
  }

  /**
   * Reads one text from a zero state. The handlers get rows in the order of the text, every character once.
   *
   * @throws the signal's reason when it is aborted.
   */
  async read({ head, tokens }: InspectedText, { onPredictions, onActivations, signal }: ReadHandlers): Promise<void> {
    const session = await this.session(onActivations !== undefined);
    const all = Int32Array.from([...head, ...tokens]);
    // Step s reads token s, which is character s − head.length of the text, and predicts the next one.
    const first = head.length;
    let state = zeroState(this.model.configuration, 1);
    for (let from = 0; from < all.length; ) {
      signal?.throwIfAborted();
      // The head is read apart, so that rows begin with the text.
      const to = from < first - 1 ? first - 1 : Math.min(all.length, from + chunkLength);
      const chunk = await this.run(session, all, from, to, state);
      if (from >= first - 1) {
        onPredictions?.(predictionRows(chunk, from - first + 1, Math.min(to, all.length - 1) - from, this.guesses));
        if (onActivations !== undefined) this.emitActivations(chunk, state, from - first, onActivations);
      }
      state = stateFromOutputs(this.model.configuration, chunk.outputs);
      from = to;
    }
  }

  async dispose(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).release();
    this.sessions.clear();
  }

  private session(activations: boolean): Promise<InferenceSession> {
    const known = this.sessions.get(activations);
    if (known !== undefined) return known;
    const graph = buildInspectionGraph(this.model, { candidates: this.guesses, activations });
    const session = InferenceSession.create(graph, sessionOptions(defaultThreads(this.model.configuration)));
    this.sessions.set(activations, session);
    // One that could not be made, for want of memory perhaps, can be tried again.
    session.catch(() => this.sessions.delete(activations));
    return session;
  }

  private async run(
    session: InferenceSession,
    all: Int32Array,
    from: number,
    to: number,
    state: RecurrentState,
  ): Promise<Chunk> {
    const T = to - from;
    const targets = new Int32Array(T);
    targets.set(all.subarray(from + 1, to + 1));
    const outputs = await session.run({
      tokens: toTokenTensor(all.subarray(from, to), [T, 1]),
      targets: toTokenTensor(targets, [T, 1]),
      ...stateFeeds(this.model.configuration, state),
    });
    return { outputs, length: T };
  }

  /** @param start the place of the first row in the text; −1 for the last character of the head, which is left out. */
  private emitActivations(
    { outputs, length }: Chunk,
    before: RecurrentState,
    start: number,
    emit: (rows: ActivationRows) => void,
  ): void {
    const { cellType, hiddenSize: H, numLayers } = this.model.configuration;
    const skipped = start < 0 ? 1 : 0;
    if (length === skipped) return;
    const GH = gateNames[cellType].length * H;
    const values = (name: string) => outputs[name]!.data as Float32Array;
    const hidden = (layer: number) => values(`layer${layer}.h`).subarray(skipped * H);
    const layers = Array.from({ length: numLayers }, (_, layer): LayerRows => {
      if (GH === 0) return { cells: hidden(layer), gates: new Float32Array(0) };
      const gates = values(`layer${layer}.gates`);
      const shown = gates.subarray(skipped * GH);
      if (cellType === 'gru') return { cells: hidden(layer), gates: shown };
      const c = before.tensors[2 * layer + 1]!.data as Float32Array;
      const cells = memories(c, gates, values(`layer${layer}.g`)).subarray(skipped * H);
      return { cells, gates: shown };
    });
    emit({ start: start + skipped, length: length - skipped, layers });
  }
}

interface Chunk {
  readonly outputs: InferenceSession.OnnxValueMapType;
  /** T */
  readonly length: number;
}

function predictionRows({ outputs }: Chunk, start: number, n: number, K: number): PredictionRows {
  const log = outputs.candidateLogProbabilities!.data as Float32Array;
  const target = outputs.targetLogProbabilities!.data as Float32Array;
  return {
    start,
    guesses: fromTokenTensor(outputs.candidates!).subarray(0, n * K),
    probabilities: log.subarray(0, n * K).map(Math.exp),
    bits: target.subarray(0, n).map((nats) => Math.max(0, -nats / Math.LN2)),
  };
}

/**
 * tanh(c) [T, H] of an LSTM from its gates [T, 3·H] (i, o, f), g [T, H] and the memory c [H] before them:
 * c_t = f∘c_{t−1} + i∘g.
 */
function memories(before: Float32Array, gates: Float32Array, g: Float32Array): Float32Array {
  const H = before.length;
  const c = Float64Array.from(before);
  const tanhC = new Float32Array(g.length);
  for (let row = 0, gate = 0; row < g.length; row += H, gate += 3 * H) {
    for (let j = 0; j < H; j++) {
      c[j] = gates[gate + 2 * H + j]! * c[j]! + gates[gate + j]! * g[row + j]!;
      tanhC[row + j] = Math.tanh(c[j]!);
    }
  }
  return tanhC;
}
