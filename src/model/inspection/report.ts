import type { Model } from '../onnx/modelFile';
import { findCells } from './findCells';
import type { InspectedTexts, PredictedText, ReadProgress } from './inspection';
import { reportPlace } from './placeReport';
import { cellsOnIn, similarPlaces } from './selection';
import { surprisingPlaces } from './surprisingPlaces';
import type { Base64, CellsReport, FindingsReport, SelectionReport, TextReport } from './wire';

/** Places that are listed. */
const mostPlaces = 50;
/** Characters shown of a place that is long. */
const longestPlace = 60;

export function reportText(
  { text, predictions }: PredictedText,
  { vocabulary }: Pick<Model, 'vocabulary'>,
): TextReport {
  return {
    path: text.path,
    text: text.characters.join(''),
    isCut: text.isCut,
    vocabulary: vocabulary.characters,
    guessCount: predictions.width,
    guesses: toBase64(predictions.guesses),
    probabilities: toBase64(Uint16Array.from(predictions.probabilities, (p) => Math.round(p * 65535))),
    bits: toBase64(predictions.bits),
    bitsPerCharacter: predictions.bitsPerCharacter,
    places: surprisingPlaces(text, predictions, mostPlaces),
  };
}

/** @param characters of the text that is shown, which is the first of the texts. */
export function reportCells(
  { saturation }: Pick<InspectedTexts, 'saturation'>,
  { configuration: { cellType, numLayers, hiddenSize } }: Pick<Model, 'configuration'>,
  characters: number,
): CellsReport {
  return {
    ...{ cellType, numLayers, hiddenSize, characters },
    saturation: saturation.map(({ layer, gate, left, right }) => ({
      ...{ layer, gate },
      left: toBase64(left),
      right: toBase64(right),
    })),
  };
}

/**
 * The cells that are on in a range of the first of `shown`, and where they are on as well: there and in other texts.
 *
 * @param from first character of the range; @param to behind its last.
 */
export function reportSelection(
  shown: InspectedTexts,
  others: InspectedTexts | null,
  { from, to }: { readonly from: number; readonly to: number },
): SelectionReport {
  const cells = cellsOnIn(shown.store, { from, to }, { start: 0, end: shown.store.length });
  const own = similarPlaces(shown, cells, to - from, { except: { from, to } });
  const elsewhere = others === null ? [] : similarPlaces(others, cells, to - from);
  return {
    cells,
    places: [
      ...elsewhere.map((place) => reportPlace(others!.texts[place.text]!.text, place, longestPlace)),
      ...own.map((place) => reportPlace(shown.texts[place.text]!.text, place, longestPlace)),
    ].sort((a, b) => b.share - a.share),
  };
}

/**
 * The cells that tell what they read, found on texts of the workspace where there are any, and else on the text that is
 * shown.
 */
export async function reportFindings(
  shown: InspectedTexts,
  references: InspectedTexts | null,
  { signal }: Pick<ReadProgress, 'signal'> = {},
): Promise<FindingsReport> {
  const texts = references ?? shown;
  return {
    basis: references === null ? 'text' : 'workspace',
    files: texts.texts.length,
    characters: texts.store.length,
    findings: await findCells(texts, { signal }),
  };
}

export function toBase64({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Base64 {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
