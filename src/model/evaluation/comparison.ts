import { setImmediate } from 'node:timers/promises';
import { NgramModel } from '../baseline/ngram';
import { NgramPredictor } from '../baseline/ngramPredictor';
import { writeWithNgrams } from '../baseline/ngramText';
import { SessionPredictor } from '../completion/sessionPredictor';
import type { TokenStream } from '../corpus/corpus';
import { SampleChecker } from '../novelty/check';
import type { Model } from '../onnx/modelFile';
import { ForwardSession } from '../sampling/forwardSession';
import { collectTexts, Sampler } from '../sampling/sampler';
import type { Comparison, OrderScores } from './comparisonResult';
import { evaluate } from './evaluate';
import { chooseBeginnings } from './excerpts';
import { measureWriting } from './writing';

export interface ComparisonOptions {
  readonly orders?: readonly number[] | undefined;
  /** Characters to predict at most, for each model. */
  readonly maxCharacters?: number | undefined;
  readonly threads?: number | undefined;
  /** Called with how much is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const allOrders: readonly number[] = Array.from({ length: 19 }, (_, i) => i + 2);
const defaultMaxCharacters = 50_000;
/** Each model writes so many texts of so many characters, and as many beginnings of real files stand beside them. */
const [textCount, textLength] = [20, 1000];
const seed = 1;

/**
 * Compares a model with n-gram models of `training`, on the same held-out places.
 *
 * @throws UserError when there is nothing to predict.
 */
export async function compareWithNgrams(
  model: Model,
  { training, heldOut }: { readonly training: TokenStream; readonly heldOut: TokenStream },
  options: ComparisonOptions = {},
): Promise<Comparison> {
  const { orders = allOrders, maxCharacters = defaultMaxCharacters, threads, signal, onProgress } = options;
  const { vocabulary } = model;
  const parts = orders.length + 2;
  const progressOf = (part: number) => (done: number, total: number) => onProgress?.((part + done / total) / parts);
  const evaluation = (part: number) => ({ maxCharacters, signal, onProgress: progressOf(part) });
  const session = await ForwardSession.create(model, threads === undefined ? {} : { threads });
  const network = await evaluate(new SessionPredictor(session, vocabulary.size), heldOut, evaluation(0)).finally(() =>
    session.dispose(),
  );
  const ngrams: OrderScores[] = [];
  let best: NgramModel | null = null;
  for (const ngram of NgramModel.trainOrders(training, orders, { vocabularySize: vocabulary.size })) {
    const scores = await evaluate(new NgramPredictor(ngram), heldOut, evaluation(1 + ngrams.length));
    if (ngrams.every(({ natsPerCharacter }) => natsPerCharacter > scores.natsPerCharacter)) best = ngram;
    ngrams.push({ order: ngram.order, ...scores });
    // The next order is counted in this thread, where nobody is heard meanwhile.
    await setImmediate();
    signal?.throwIfAborted();
  }
  const checker = new SampleChecker(training, vocabulary);
  const seeds = Array.from({ length: textCount }, (_, i) => seed + i);
  const ngramTexts = seeds.map((seed) => writeWithNgrams(best!, vocabulary, textLength, seed));
  const heldOutTexts = chooseBeginnings(heldOut, textCount, textLength).map(({ start, end }) =>
    vocabulary.decode(heldOut.tokens.subarray(start, end)),
  );
  const networkTexts = await writeWithNetwork(model, threads, signal);
  onProgress?.(1);
  return {
    network,
    ngrams,
    writing: {
      network: measureWriting(networkTexts, checker),
      ngram: { order: best!.order, ...measureWriting(ngramTexts, checker) },
      heldOut: measureWriting(heldOutTexts, checker),
      copyLength: checker.copyLength,
    },
  };
}

async function writeWithNetwork(model: Model, threads?: number, signal?: AbortSignal): Promise<string[]> {
  const sampler = await Sampler.create(model, { precision: 'float32', ...(threads && { threads }) });
  try {
    const options = { count: textCount, length: textLength, seed, ...(signal && { signal }) };
    return await collectTexts(sampler.sample(options), textCount);
  } finally {
    await sampler.dispose();
  }
}
