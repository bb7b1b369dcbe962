import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SessionPredictor } from '../../model/completion/sessionPredictor';
import type { Corpus, TokenStream } from '../../model/corpus/corpus';
import { prepareCorpus } from '../../model/corpus/prepare';
import { type Fractions, type Split, splitNames } from '../../model/corpus/split';
import { type EvaluationReport, type ReportStage, reportEvaluation } from '../../model/evaluation/report';
import type { ModelCard } from '../../model/onnx/modelCard';
import { type Model, readModelFile } from '../../model/onnx/modelFile';
import { ForwardSession } from '../../model/sampling/forwardSession';
import { modelName } from '../describeModel';

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
  readonly threads?: number;
}

export interface EvaluatedModel {
  readonly name: string;
  readonly split: Split | 'all';
  /** Characters of the split, whether all of them were evaluated or not. */
  readonly characters: number;
  readonly report: EvaluationReport;
  /** That of a model that comes along; null for others. */
  readonly card: ModelCard | null;
}

/** Reads a model and a text, and evaluates the one on a split of the other as the model's training had made it. */
export async function evaluateModel(
  request: EvaluationRequest,
  onProgress: (stage: ReportStage, share: number) => void,
): Promise<EvaluatedModel> {
  const model = await readModelFile(request.model);
  const { vocabulary, configuration, card = null } = model;
  const { include, exclude, threads } = request;
  const source = card === null ? request.source : foldersOf(card, request.source);
  const fractions = fractionsOf(model);
  const corpus = await prepareCorpus(source, {
    vocabulary,
    ...(fractions && { fractions }),
    ...(include && { include }),
    ...(exclude && { exclude }),
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
    return { name: modelName(configuration), split, characters: heldOut.tokens.length, report, card };
  } finally {
    await session.dispose();
  }
}

/** The folders of a source tree that a model which comes along was trained on, if this is such a tree. */
function foldersOf({ folders }: ModelCard, tree: string): string | string[] {
  const paths = folders.map((folder) => join(tree, folder));
  return paths.length > 0 && paths.every((path) => existsSync(path)) ? paths : tree;
}

/** The shares of the splits as the training of a model had them, where they are known. */
export function fractionsOf({ history }: Model): Fractions | null {
  const { trainFraction: train, validationFraction: validation } = history?.settings ?? {};
  if (typeof train !== 'number' || typeof validation !== 'number') return null;
  return { train, validation, test: Math.max(0, 1 - train - validation) };
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
