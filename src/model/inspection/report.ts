import type { Model } from '../onnx/modelFile';
import type { InspectedTexts, PredictedText } from './inspection';
import { cellsOnIn, type SimilarPlace, similarPlaces } from './selection';
import { surprisingPlaces } from './surprisingPlaces';
import type { Base64, CellsReport, PlaceReport, SelectionReport, TextReport } from './wire';

/** Places that are listed. */
const mostPlaces = 50;
/** Characters shown on each side of a place, and of a long one. */
const contextLength = 24;
const longestPlace = 60;

/** @param isCut whether the document was longer. */
export function reportText(
  { text, predictions }: PredictedText,
  { vocabulary }: Pick<Model, 'vocabulary'>,
  isCut: boolean,
): TextReport {
  return {
    path: text.path,
    text: text.characters.join(''),
    isCut,
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
      ...elsewhere.map((place) => reportPlace(others!, place)),
      ...own.map((place) => reportPlace(shown, place)),
    ].sort((a, b) => b.share - a.share),
  };
}

function reportPlace({ texts }: InspectedTexts, { text, start, end, share }: SimilarPlace): PlaceReport {
  const { path, characters } = texts[text]!.text;
  const slice = (from: number, to: number) => characters.slice(Math.max(0, from), to).join('');
  const isLong = end - start > longestPlace;
  return {
    ...{ path, start, end, share },
    line: characters.slice(0, start).filter((character) => character === '\n').length,
    before: slice(start - contextLength, start),
    inside: isLong ? `${slice(start, start + longestPlace)}…` : slice(start, end),
    after: slice(end, end + contextLength),
  };
}

export function toBase64({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Base64 {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
