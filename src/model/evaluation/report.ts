import { NgramModel } from '../baseline/ngram';
import { NgramPredictor } from '../baseline/ngramPredictor';
import type { Predictor } from '../completion/predictor';
import type { ProposalOptions } from '../completion/proposalRule';
import type { TokenStream } from '../corpus/corpus';
import type { Vocabulary } from '../corpus/vocabulary';
import { evaluate } from './evaluate';
import { type KeystrokesSaved, measureKeystrokes } from './keystrokes';
import type { Scores } from './scores';

/** A model on held-out text: how well it predicts and how many keystrokes it saves. */
export interface Evaluation extends Scores {
  readonly keystrokesSaved: KeystrokesSaved;
}

/** The model beside its peer on the same text; the peer is null where there was nothing to train it on. */
export interface EvaluationReport extends Evaluation {
  readonly ngram: (Evaluation & { readonly order: number }) | null;
}

export interface ReportOptions {
  /** Characters to predict at most; whole documents are chosen by a hash of their paths. */
  readonly maxCharacters?: number | undefined;
  /** Characters to replay at most. */
  readonly maxReplayedCharacters?: number | undefined;
  readonly ngramOrder?: number | undefined;
  /** Characters that the n-gram model is trained on at most. */
  readonly maxNgramCharacters?: number | undefined;
  readonly proposal?: Partial<ProposalOptions> | undefined;
  /** Called with what is being done and how much of it is, from 0 to 1. */
  readonly onProgress?: ((stage: ReportStage, share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type ReportStage = 'prediction' | 'keystrokes' | 'ngramTraining' | 'ngramPrediction' | 'ngramKeystrokes';

/**
 * Evaluates a model on held-out documents, and an n-gram model that was trained on `training` on the same places.
 *
 * @throws UserError when `heldOut` has nothing to predict or replay.
 */
export async function reportEvaluation<State>(
  predictor: Predictor<State>,
  vocabulary: Vocabulary,
  { training, heldOut }: { readonly training: TokenStream; readonly heldOut: TokenStream },
  options: ReportOptions = {},
): Promise<EvaluationReport> {
  const model = await evaluateOne(predictor, vocabulary, heldOut, options, ['prediction', 'keystrokes']);
  if (training.tokens.length === 0) return { ...model, ngram: null };
  options.onProgress?.('ngramTraining', 0);
  const ngram = NgramModel.train(training, {
    vocabularySize: vocabulary.size,
    order: options.ngramOrder,
    maxCharacters: options.maxNgramCharacters,
  });
  const stages = ['ngramPrediction', 'ngramKeystrokes'] as const;
  const peer = await evaluateOne(new NgramPredictor(ngram), vocabulary, heldOut, options, stages);
  return { ...model, ngram: { order: ngram.order, ...peer } };
}

async function evaluateOne<State>(
  predictor: Predictor<State>,
  vocabulary: Vocabulary,
  heldOut: TokenStream,
  options: ReportOptions,
  [prediction, keystrokes]: readonly [ReportStage, ReportStage],
): Promise<Evaluation> {
  const { maxCharacters, maxReplayedCharacters, proposal, signal, onProgress } = options;
  const progressOf = (stage: ReportStage) => (done: number, total: number) => onProgress?.(stage, done / total);
  const scores = await evaluate(predictor, heldOut, { maxCharacters, signal, onProgress: progressOf(prediction) });
  const keystrokesSaved = await measureKeystrokes(predictor, vocabulary, heldOut, {
    maxCharacters: maxReplayedCharacters,
    proposal,
    signal,
    onProgress: progressOf(keystrokes),
  });
  return { ...scores, keystrokesSaved };
}
