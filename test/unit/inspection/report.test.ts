import { expect, it } from 'vitest';
import { CellStore } from '../../../src/model/inspection/cellStore';
import type { InspectedTexts } from '../../../src/model/inspection/inspection';
import { Predictions } from '../../../src/model/inspection/predictions';
import { reportSelection } from '../../../src/model/inspection/report';

/** Texts one behind the other with a single cell, which is on where a text has capitals. */
function inspected(texts: Readonly<Record<string, string>>): InspectedTexts {
  const whole = Object.values(texts).join('');
  let start = 0;
  const placed = Object.entries(texts).map(([path, text]) => {
    const read = { path, characters: [...text], isCut: false, head: new Int32Array(1), tokens: new Int32Array(0) };
    start += text.length;
    return { text: read, predictions: new Predictions(0, 1), start: start - text.length };
  });
  const values = Int8Array.from(whole, (character) => (character === character.toUpperCase() ? 100 : -100));
  return { texts: placed, store: CellStore.of(1, whole.length, values), saturation: [] };
}

it('lists places as long as the selection before longer ones, from wherever they are, each once', () => {
  const own = 'aaaaaaaaaaFOURaaaaaaaaaaONEUaaaaaaaaaa';
  const other = 'bbbTHISISLONGERBYFARbbbTWOSbbb';
  const others = inspected({ 'dir/own.c': own, 'other.c': other });
  const range = { from: own.indexOf('FOUR'), to: own.indexOf('FOUR') + 4 };
  const { cells, places, searched } = reportSelection(inspected({ 'dir\\own.c': own }), others, range);
  expect(cells).toEqual([expect.objectContaining({ cell: 0, side: 'above', inside: 1 })]);
  expect(places.map(({ inside }) => inside)).toEqual(['ONEU', 'TWOS', 'THISISLONGERBYFAR']);
  expect(places[0]).toEqual({
    ...{ path: 'dir\\own.c', line: 0, start: 24, end: 28, share: 1 },
    ...{ before: own.slice(0, 24), inside: 'ONEU', after: 'aaaaaaaaaa' },
  });
  expect(searched).toEqual({ files: 1, characters: other.length });
});
