import { setImmediate } from 'node:timers/promises';
import type { Predictor } from '../completion/predictor';
import type { TokenStream } from '../corpus/corpus';
import { UserError } from '../errors';
import { chooseExcerpts, type Excerpt, groupByLength } from './excerpts';
import { ScoreSum, type Scores } from './scores';

export interface EvaluationOptions {
  /** Characters to read at most: whole documents, chosen by a hash of their paths. Infinity for all. */
  readonly maxCharacters?: number | undefined;
  /** Documents read side by side. */
  readonly batchSize?: number | undefined;
  /** Called with the characters done and to do. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the evaluation with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const defaultMaxCharacters = 500_000;
/** Most steps between two looks at which documents have ended. */
const longestChunk = 128;
/** Most scores held at a time: 16 MB. */
const chunkScores = 4_000_000;

/**
 * How well `predictor` predicts the documents of `stream`: each from a zero state, its first character given, every
 * other one predicted from all that stand before it in the document.
 *
 * @throws UserError when there is nothing to predict.
 */
export async function evaluate<State>(
  predictor: Predictor<State>,
  stream: TokenStream,
  options: EvaluationOptions = {},
): Promise<Scores> {
  const { maxCharacters = defaultMaxCharacters, batchSize = 32, onProgress, signal } = options;
  const excerpts = chooseExcerpts(stream, maxCharacters).filter(({ start, end }) => end - start > 1);
  const total = excerpts.reduce((sum, { start, end }) => sum + end - start - 1, 0);
  if (total === 0) {
    throw new UserError('There is nothing to evaluate on: no document has two characters or more; choose other files.');
  }
  const sum = new ScoreSum();
  for (const group of groupByLength(excerpts, batchSize)) {
    await readGroup(predictor, stream.tokens, group, sum, () => {
      signal?.throwIfAborted();
      onProgress?.(sum.characters, total);
    });
  }
  return sum.result();
}

/** Reads the documents of a group side by side; those that have ended leave at the next chunk. */
async function readGroup<State>(
  predictor: Predictor<State>,
  tokens: ArrayLike<number>,
  group: readonly Excerpt[],
  sum: ScoreSum,
  onChunk: () => void,
): Promise<void> {
  const V = predictor.vocabularySize;
  let documents = group;
  let state: State | undefined;
  for (let at = 0; documents.length > 0; ) {
    const B = documents.length;
    const left = Math.max(...documents.map(({ start, end }) => end - 1 - start - at));
    const T = Math.min(left, longestChunk, Math.max(1, Math.floor(chunkScores / (B * V))));
    const { inputs, targets } = readChunk(tokens, documents, at, T);
    const prediction = await predictor.run(inputs, T, B, state);
    for (const [row, target] of targets.entries()) if (target >= 0) sum.add(prediction.logits, row, V, target);
    // A predictor that computes in this thread would let nobody be heard, least of all who wants it to end.
    await setImmediate();
    onChunk();
    at += T;
    const rows = [...documents.keys()].filter((b) => documents[b]!.start + at + 1 < documents[b]!.end);
    documents = rows.map((b) => documents[b]!);
    state = rows.length > 0 && rows.length < B ? predictor.select(prediction.state, rows) : prediction.state;
  }
}

/** Characters `at` to `at` + T of each document and those that follow them, [T, B]; targets are −1 behind the end. */
function readChunk(tokens: ArrayLike<number>, documents: readonly Excerpt[], at: number, T: number) {
  const B = documents.length;
  const inputs = new Int32Array(T * B);
  const targets = new Int32Array(T * B).fill(-1);
  for (const [b, { start, end }] of documents.entries()) {
    for (let t = 0; t < T && start + at + t + 1 < end; t++) {
      inputs[t * B + b] = tokens[start + at + t]!;
      targets[t * B + b] = tokens[start + at + t + 1]!;
    }
  }
  return { inputs, targets };
}
