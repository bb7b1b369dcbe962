import { documentPath } from '../corpus/documents';
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

/** Of a text that was read by itself. */
export function reportCells(
  { store, saturation }: Pick<InspectedTexts, 'store' | 'saturation'>,
  { configuration: { cellType, numLayers, hiddenSize } }: Pick<Model, 'configuration'>,
): CellsReport {
  return {
    ...{ cellType, numLayers, hiddenSize, characters: store.length },
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
 * @param others texts of the workspace; the one that is shown may be among them, and is left out there.
 * @param from first character of the range; @param to behind its last.
 */
export function reportSelection(
  shown: InspectedTexts,
  others: InspectedTexts | null,
  { from, to }: { readonly from: number; readonly to: number },
): SelectionReport {
  const cells = cellsOnIn(shown.store, { from, to }, { start: 0, end: shown.store.length });
  const own = similarPlaces(shown, cells, to - from, { except: { from, to } });
  const elsewhere = others === null ? null : without(others, shown.texts[0]!.text.path);
  const places = [
    ...own.map((place) => ({ ...place, of: shown.texts[place.text]!.text })),
    ...(elsewhere === null ? [] : similarPlaces(elsewhere, cells, to - from)).map((place) => {
      return { ...place, of: elsewhere!.texts[place.text]!.text };
    }),
  ].sort((a, b) => b.alike - a.alike);
  return {
    cells,
    places: places.map(({ of, ...place }) => reportPlace(of, place, longestPlace)),
    searched: elsewhere && {
      files: elsewhere.texts.length,
      characters: elsewhere.texts.reduce((sum, { text }) => sum + text.characters.length, 0),
    },
  };
}

function without({ texts, ...rest }: InspectedTexts, path: string | null): InspectedTexts {
  const name = path === null ? null : documentPath(path);
  return { ...rest, texts: texts.filter(({ text }) => text.path === null || documentPath(text.path) !== name) };
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
