import { SessionPredictor } from '../../model/completion/sessionPredictor';
import type { Corpus, TokenStream } from '../../model/corpus/corpus';
import { corpusOptionsOf } from '../../model/corpus/options';
import { prepareCorpus } from '../../model/corpus/prepare';
import { type Split, splitNames } from '../../model/corpus/split';
import { compareWithNgrams } from '../../model/evaluation/comparison';
import type { Comparison } from '../../model/evaluation/comparisonResult';
import { type EvaluationReport, type ReportStage, reportEvaluation } from '../../model/evaluation/report';
import { modelName } from '../../model/lstm/modelName';
import type { ModelCard } from '../../model/onnx/modelCard';
import { readModelFile } from '../../model/onnx/modelFile';
import { ForwardSession } from '../../model/sampling/forwardSession';
import { fractionsOf } from '../../model/training/fractions';

export interface EvaluationRequest {
  /** The text: a folder or a file. */
  readonly source: string;
  readonly model: string;
  /** By default the test split, or the validation split where that is empty. */
  readonly split?: Split | 'all';
  readonly include?: string[];
  readonly exclude?: string[];
  readonly maxCharacters?: number;
  readonly maxReplayedCharacters?: number;
  readonly ngramOrder?: number;
  /** The orders of the n-gram models that it is compared with in detail; none for no such comparison. */
  readonly orders?: readonly number[];
  readonly threads?: number;
}

export type EvaluationStage = ReportStage | 'comparison';

export interface EvaluatedModel {
  readonly name: string;
  readonly split: Split | 'all';
  /** Characters of the split, whether all of them were evaluated or not. */
  readonly characters: number;
  readonly report: EvaluationReport;
  /** That of a model that comes along; null for others. */
  readonly card: ModelCard | null;
  /** Null where none was asked for, or there was no text to train n-grams on. */
  readonly comparison: Comparison | null;
}

/** Reads a model and a text, and evaluates the one on a split of the other as the model's training had made it. */
export async function evaluateModel(
  request: EvaluationRequest,
  onProgress: (stage: EvaluationStage, share: number) => void,
): Promise<EvaluatedModel> {
  const model = await readModelFile(request.model);
  const { vocabulary, configuration, card = null } = model;
  // A model that comes along is measured on files such as it was made of.
  const { include = card?.include, exclude = card?.exclude, threads } = request;
  const fractions = fractionsOf(model.history);
  const corpus = await prepareCorpus(request.source, {
    vocabulary,
    ...(fractions && { fractions }),
    ...corpusOptionsOf({ include, exclude }),
  });
  const split = request.split ?? (corpus.splits.test.tokens.length > 0 ? 'test' : 'validation');
  const heldOut = split === 'all' ? joinSplits(corpus) : corpus.splits[split];
  const session = await ForwardSession.create(model, threads === undefined ? {} : { threads });
  try {
    const predictor = new SessionPredictor(session, vocabulary.size);
    const report = await reportEvaluation(
      predictor,
      vocabulary,
      { training: corpus.splits.train, heldOut },
      { ...request, onProgress },
    );
    const training = corpus.splits.train;
    const comparison =
      request.orders === undefined || training.tokens.length === 0
        ? null
        : await compareWithNgrams(
            model,
            { training, heldOut },
            {
              ...{ orders: request.orders, maxCharacters: request.maxCharacters, threads },
              onProgress: (share) => onProgress('comparison', share),
            },
          );
    return { name: modelName(configuration), split, characters: heldOut.tokens.length, report, card, comparison };
  } finally {
    await session.dispose();
  }
}

/** All splits one after the other. */
function joinSplits({ splits }: Corpus): TokenStream {
  const streams = splitNames.map((split) => splits[split]);
  const length = streams.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const tokens = new Uint16Array(length);
  const documents: TokenStream['documents'][number][] = [];
  let offset = 0;
  for (const stream of streams) {
    tokens.set(stream.tokens, offset);
    for (const document of stream.documents) documents.push({ ...document, start: document.start + offset });
    offset += stream.tokens.length;
  }
  return { tokens, documents };
}
