import { corpusOptionsOf } from '../../model/corpus/options';
import { prepareCorpus } from '../../model/corpus/prepare';
import { compareWithNgrams } from '../../model/evaluation/comparison';
import { writeComparison } from '../../model/evaluation/comparisonFile';
import type { ModelComparison } from '../../model/evaluation/comparisonResult';
import { readModelFile } from '../../model/onnx/modelFile';
import { fractionsOf } from '../../model/training/fractions';
import type { CompareParams } from '../protocol';

/** Compares the model of a training with n-gram models of its text, on the files that it was not trained on. */
export async function compareModel(
  { sources, folder }: Omit<CompareParams, 'progressToken'>,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<ModelComparison> {
  const model = await readModelFile(folder);
  const fractions = fractionsOf(model.history);
  const { splits } = await prepareCorpus(sources.folders, {
    vocabulary: model.vocabulary,
    signal,
    ...(fractions && { fractions }),
    ...corpusOptionsOf(sources),
  });
  const heldOut = splits.test.tokens.length > 0 ? splits.test : splits.validation;
  const comparison = await compareWithNgrams(model, { training: splits.train, heldOut }, { signal, onProgress });
  const result = { step: model.history?.step ?? null, ...comparison };
  await writeComparison(folder, result);
  return result;
}
