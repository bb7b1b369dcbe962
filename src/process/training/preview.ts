import { type ExclusionReason, exclusionReasons } from '../../model/corpus/exclusion';
import { corpusOptionsOf } from '../../model/corpus/options';
import { prepareCorpus } from '../../model/corpus/prepare';
import type { PreviewResult, SourceOptions } from '../protocol';

/** What a training on these sources would read: they are read, but nothing is kept. */
export async function previewSources(sources: SourceOptions, signal: AbortSignal): Promise<PreviewResult> {
  const { report } = await prepareCorpus(sources.folders, {
    ...corpusOptionsOf(sources),
    signal,
  });
  const { files, bytes, characters, vocabularySize, languages, excluded } = report;
  const inWords = (reason: ExclusionReason) => exclusionReasons[reason];
  return {
    ...{ files, bytes, characters, vocabularySize, languages },
    excluded: excluded.map(({ reason, ...rest }) => ({ reason: inWords(reason), ...rest })),
  };
}
