import type { Comparison, Writing } from '../../model/evaluation/comparisonResult';
import type { Scores } from '../../model/evaluation/scores';
import { formatCount, formatShare } from '../format';
import { markdownTable } from '../table';

/** A model beside n-gram models of many orders: how they predict, and how they write. */
export function comparisonTables(name: string, { network, ngrams, writing }: Comparison): string[] {
  const scores = ({ bitsPerCharacter, top1, top5 }: Scores) => [
    bitsPerCharacter.toFixed(3),
    formatShare(top1),
    formatShare(top5),
  ];
  const predicts = markdownTable(
    [`on ${formatCount(network.characters)} characters`, 'bits per character', 'right', 'among five'],
    [...ngrams.map((ngram) => [`${ngram.order}-gram`, ...scores(ngram)]), [name, ...scores(network)]],
  );
  const columns = [writing.network, writing.ngram, writing.heldOut];
  const writes = markdownTable(
    ['what they write', name, `${writing.ngram.order}-gram`, 'real text'],
    writingRows(writing.copyLength).map(([label, value]) => [label, ...columns.map(value)]),
  );
  return [predicts, writes];
}

type WritingRow = readonly [label: string, value: (writing: Writing) => string];

const writingRows = (copyLength: number): readonly WritingRow[] => [
  ['characters', ({ characters }) => formatCount(characters)],
  ['brackets that match', ({ brackets }) => shareOrNone(brackets)],
  ['lines indented right', ({ indentation }) => shareOrNone(indentation)],
  ['words of the training text', ({ knownWords }) => shareOrNone(knownWords)],
  [`not copied, in runs of ${copyLength} or more`, ({ newShare }) => shareOrNone(newShare)],
  ['longest copy, characters', ({ longestCopy }) => formatCount(longestCopy)],
];

function shareOrNone(share: number | null): string {
  return share === null ? '–' : formatShare(share);
}
