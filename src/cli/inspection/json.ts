import { toInt8 } from '../../model/inspection/bytes';
import { activationScale, CellStore } from '../../model/inspection/cellStore';
import type { EmbeddedInspection } from '../../model/inspection/embedded';
import { placeOfCell } from '../../model/inspection/placeOfCell';
import type { FindingsReport } from '../../model/inspection/wire';
import type { Model } from '../../model/onnx/modelFile';
import type { FileInspection } from './inspectFile';

const round = (value: number, digits = 4) => Number(value.toFixed(digits));

/**
 * An inspection as plain JSON: positions are counted in characters from 0, cells are named by layer and unit, and their
 * activations, from −1 to 1, are whole numbers of 127ths.
 */
export function inspectionJson({ texts, page }: FileInspection, { configuration, vocabulary }: Model): object {
  const [{ text, predictions }] = texts.texts as [FileInspection['texts']['texts'][0]];
  const K = predictions.width;
  const place = (cell: number) => placeOfCell(configuration, cell);
  return {
    configuration,
    path: text.path,
    characters: text.characters.length,
    cut: page.text.isCut,
    bitsPerCharacter: round(predictions.bitsPerCharacter),
    surprisingPlaces: page.text.places.map(({ guess, guessProbability, bits, ...rest }) => ({
      ...rest,
      bits: round(bits),
      text: text.characters.slice(rest.start, rest.end).join(''),
      guess: { character: vocabulary.characters[guess], probability: round(guessProbability) },
    })),
    cellFinding: cellFindingJson(page.findings, place),
    gateSaturation: texts.saturation.map(({ layer, gate, left, right }) => ({
      ...{ layer, gate },
      left: Array.from(left, (share) => round(share)),
      right: Array.from(right, (share) => round(share)),
    })),
    activations: activationsJson(page, place),
    predictions: text.characters.map((character, t) => ({
      character,
      bits: round(predictions.bits[t]!),
      guesses: Array.from({ length: K }, (_, k) => ({
        character: vocabulary.characters[predictions.guesses[t * K + k]!],
        probability: round(predictions.probabilities[t * K + k]!),
      })),
    })),
  };
}

/** What a page has of them: all cells at the first characters, those that were found at every character. */
function activationsJson(
  { window, windowLength, rows, cells }: EmbeddedInspection,
  place: (cell: number) => object,
): object {
  const all = CellStore.of(cells.numLayers * cells.hiddenSize, windowLength, toInt8(window));
  return {
    characters: windowLength,
    scale: activationScale,
    cells: Array.from({ length: all.cells }, (_, cell) => {
      const found = rows[cell];
      return { ...place(cell), values: Array.from(found === undefined ? all.row(cell) : toInt8(found)) };
    }),
  };
}

function cellFindingJson(report: FindingsReport, place: (cell: number) => object): object {
  const { findings, ...basis } = report;
  const rounded = (entries: object) =>
    Object.fromEntries(
      Object.entries(entries).map(([key, value]) => [key, typeof value === 'number' ? round(value) : value]),
    );
  return {
    ...basis,
    properties: findings.map(({ cells, ...finding }) => ({
      ...finding,
      cells: cells.map(({ cell, ...scores }) => ({ ...place(cell), ...rounded(scores) })),
    })),
  };
}
