import type { Evaluation, EvaluationReport } from '../../model/evaluation/report';
import { formatShare } from '../format';
import { markdownTable } from '../table';

type Row = readonly [name: string, value: (evaluation: Evaluation) => string];

const rows: readonly Row[] = [
  ['bits per character', ({ bitsPerCharacter }) => bitsPerCharacter.toFixed(3)],
  ['nats per character', ({ natsPerCharacter }) => natsPerCharacter.toFixed(3)],
  ['next character right', ({ top1 }) => formatShare(top1)],
  ['… among the first five', ({ top5 }) => formatShare(top5)],
  ['keystrokes saved', ({ keystrokesSaved }) => formatShare(keystrokesSaved.saved)],
  ['… without the memory of the document', ({ keystrokesSaved }) => formatShare(keystrokesSaved.savedWithoutMemory)],
  ['places with a proposal', ({ keystrokesSaved }) => formatShare(keystrokesSaved.shown)],
  ['proposals right', ({ keystrokesSaved }) => formatShare(keystrokesSaved.right)],
  ['characters in a proposal', ({ keystrokesSaved }) => keystrokesSaved.meanLength.toFixed(1)],
  ['ms for a proposal', ({ keystrokesSaved }) => keystrokesSaved.millisecondsPerProposal.toFixed(2)],
];

/** A model beside the n-gram model as a table. */
export function evaluationTable(name: string, report: EvaluationReport): string {
  const { ngram } = report;
  const evaluations = ngram === null ? [report] : [report, ngram];
  const header = ['', name, ...(ngram === null ? [] : [`${ngram.order}-gram`])];
  return markdownTable(
    header,
    rows.map(([label, value]) => [label, ...evaluations.map(value)]),
  );
}
