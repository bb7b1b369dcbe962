import type { LanguageCount } from '../corpus/report';
import { type PretrainedModel, pretrainedModels } from '../pretrained';
import type { TrainOptions } from './options';
import { defaultMinutes } from './recipe';

/** The share of a text that has to be in the languages of a model for training to start from it by itself. */
const knownShare = 0.5;

/** Minutes of training up to which it does; see "Starting from the Linux model" in BENCHMARKS.md. */
const longestTraining = 15;

/**
 * With `initFrom: 'auto'`, the model that helps: one that comes along and knows most of the text, where time is short
 * and nothing else is said about the shape of the model.
 *
 * @param languages of the text, with any measure of their lengths.
 */
export function baseFor(
  { initFrom, minutes = defaultMinutes, epochs, cellType, hiddenSize, numLayers }: Partial<TrainOptions>,
  languages: readonly LanguageCount[],
): PretrainedModel | undefined {
  const isFree = (cellType ?? hiddenSize ?? numLayers ?? epochs) === undefined;
  if (initFrom !== 'auto' || !isFree || minutes > longestTraining) return undefined;
  const length = (rows: readonly LanguageCount[]) => rows.reduce((sum, { characters }) => sum + characters, 0);
  const known = (model: PretrainedModel) => languages.filter(({ language }) => model.languages.includes(language));
  return pretrainedModels.find((model) => length(known(model)) >= knownShare * length(languages));
}
