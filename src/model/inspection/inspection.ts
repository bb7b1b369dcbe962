import type { Model } from '../onnx/modelFile';
import { CellStore, mostInspectedCharacters } from './cellStore';
import type { GateSaturation } from './findings';
import { type InspectedDocument, type InspectedText, toInspectedText } from './inspectedText';
import { Predictions } from './predictions';
import type { InspectionReader } from './reader';
import { SaturationCounter } from './saturation';

/** Characters of which a model's predictions are told; reading more takes minutes. */
const mostPredictedCharacters = 1_000_000;

export interface ReadProgress {
  /** Called with the characters read and those to read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the work with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A text with what was expected at each of its characters. */
export interface PredictedText {
  readonly text: InspectedText;
  readonly predictions: Predictions;
}

/** Texts, one behind the other, with what every cell did at each of their characters. */
export interface InspectedTexts {
  readonly texts: readonly PlacedText[];
  readonly store: CellStore;
  readonly saturation: readonly GateSaturation[];
}

export interface PlacedText extends PredictedText {
  /** Where its characters begin in the store. */
  readonly start: number;
}

/** Reads one text. What is longer than a million characters is cut there. */
export async function predictText(
  reader: InspectionReader,
  { vocabulary }: Pick<Model, 'vocabulary'>,
  document: InspectedDocument,
  { onProgress, signal }: ReadProgress = {},
): Promise<PredictedText> {
  const text = toInspectedText(document, vocabulary, mostPredictedCharacters);
  const predictions = new Predictions(text.characters.length, reader.guesses);
  await reader.read(text, {
    onPredictions: (rows) => {
      predictions.put(rows);
      onProgress?.(rows.start + rows.bits.length, predictions.length);
    },
    ...(signal && { signal }),
  });
  return { text, predictions };
}

/**
 * Reads texts and keeps what all cells did, which takes a byte for each cell and character.
 *
 * @param mostCharacters of all texts together; what is beyond it, or beyond the memory that there is for it, is cut.
 */
export async function inspectTexts(
  reader: InspectionReader,
  { vocabulary, configuration }: Pick<Model, 'vocabulary' | 'configuration'>,
  documents: readonly InspectedDocument[],
  { onProgress, signal, mostCharacters = Number.POSITIVE_INFINITY }: ReadProgress & { mostCharacters?: number } = {},
): Promise<InspectedTexts> {
  const most = Math.min(mostCharacters, mostInspectedCharacters(configuration));
  const texts = toTexts(documents, vocabulary, most);
  const total = texts.reduce((sum, { characters }) => sum + characters.length, 0);
  const store = CellStore.create(configuration, total);
  const saturation = new SaturationCounter(configuration);
  const placed: PlacedText[] = [];
  let start = 0;
  for (const text of texts) {
    const predictions = new Predictions(text.characters.length, reader.guesses);
    await reader.read(text, {
      onPredictions: (rows) => predictions.put(rows),
      onActivations: (rows) => {
        store.put(start + rows.start, rows);
        saturation.add(rows);
        onProgress?.(start + rows.start + rows.length, total);
      },
      ...(signal && { signal }),
    });
    placed.push({ text, predictions, start });
    start += text.characters.length;
  }
  return { texts: placed, store, saturation: saturation.result() };
}

function toTexts(
  documents: readonly InspectedDocument[],
  vocabulary: Model['vocabulary'],
  mostCharacters: number,
): InspectedText[] {
  const texts: InspectedText[] = [];
  let left = mostCharacters;
  for (const document of documents) {
    if (left === 0) break;
    const text = toInspectedText(document, vocabulary, left);
    texts.push(text);
    left -= text.characters.length;
  }
  return texts;
}
