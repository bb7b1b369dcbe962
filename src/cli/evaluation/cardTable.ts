import type { ModelCard } from '../../model/onnx/modelCard';
import { bitsFromNats } from '../../model/training/history';
import { formatCompact } from '../format';
import { markdownTable } from '../table';

/** How good a model is that comes along, as its card says: beside an n-gram model and what others have published. */
export function cardTable(name: string, { evaluation }: ModelCard): string {
  const { natsPerCharacter, ngram, published } = evaluation;
  const ngramName = `${ngram.order}-gram of ${formatCompact(ngram.characters)} characters`;
  const rows = [
    { name, natsPerCharacter },
    { name: ngramName, natsPerCharacter: ngram.natsPerCharacter },
    ...published,
  ];
  return markdownTable(
    ['', 'bits per character', 'nats per character'],
    rows.map((row) => [row.name, bitsFromNats(row.natsPerCharacter).toFixed(3), row.natsPerCharacter.toFixed(3)]),
  );
}
