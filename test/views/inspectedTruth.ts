import { readFileSync } from 'node:fs';
import { findCells } from '../../src/model/inspection/findCells';
import { type InspectedTexts, inspectTexts } from '../../src/model/inspection/inspection';
import { InspectionReader } from '../../src/model/inspection/reader';
import { readReferenceTexts } from '../../src/model/inspection/referenceTexts';
import { reportSelection } from '../../src/model/inspection/report';
import { type SurprisingPlace, surprisingPlaces } from '../../src/model/inspection/surprisingPlaces';
import { readModelFile } from '../../src/model/onnx/modelFile';
import type { InspectedProject } from './inspectedProject';

/** What the engine itself says of the file, to hold against what the editor shows. */
export interface Truth {
  readonly hiddenSize: number;
  readonly characters: readonly string[];
  readonly bits: Float32Array;
  readonly bitsPerCharacter: number;
  /** For each character the likeliest first. */
  readonly guesses: readonly (readonly { readonly character: string; readonly probability: number }[])[];
  readonly places: readonly SurprisingPlace[];
  /** The lines with a character of two bits or more, blanks at their ends left out. */
  readonly surprisingLines: readonly string[];
  /** Of a cell at a character, as far as it is kept. */
  activation(cell: number, character: number): number;
  /** The cells whose activations are, all in all, the highest and the lowest. */
  readonly highest: number;
  readonly lowest: number;
  /** The best for strings, with its balanced accuracy. */
  readonly stringCell: { readonly cell: number; readonly score: number };
  /** The last string of the file, its quotation mark included. */
  readonly selection: { readonly from: number; readonly to: number };
  readonly selectedCells: readonly number[];
  readonly similarPlaces: number;
  /** What was searched for them besides the file. */
  readonly searched: { readonly files: number; readonly characters: number };
  /** Of layer 1, the means over its units. */
  readonly forgetGate: { readonly shut: number; readonly open: number };
}

export async function truthOf({ workspace, file, path, model: modelPath }: InspectedProject): Promise<Truth> {
  const model = await readModelFile(modelPath);
  const reader = new InspectionReader(model);
  const text = readFileSync(file, 'utf8');
  const shown = await inspectTexts(reader, model, [{ path, text }]);
  const mostCharacters = 30_000;
  const documents = await readReferenceTexts([workspace], { mostCharacters, maxFileSize: 1e6 });
  const references = await inspectTexts(reader, model, documents, { mostCharacters });
  await reader.dispose();

  const { predictions, text: read } = shown.texts[0]!;
  const { store } = shown;
  const cells = [...Array(store.cells).keys()].sort((a, b) => total(shown, b) - total(shown, a));
  const from = text.lastIndexOf('"The');
  const selection = { from, to: text.indexOf('"', from + 1) };
  const selected = reportSelection(shown, references, selection);
  // The text on disk is the one that is shown: it is searched once.
  const others = documents.filter((document) => document.path !== path);
  const forget = shown.saturation[2]!;
  return {
    hiddenSize: model.configuration.hiddenSize,
    characters: read.characters,
    bits: predictions.bits,
    bitsPerCharacter: predictions.bitsPerCharacter,
    guesses: read.characters.map((_, t) =>
      Array.from({ length: 5 }, (_, k) => ({
        character: model.vocabulary.characters[predictions.guesses[5 * t + k]!]!,
        probability: predictions.probabilities[5 * t + k]!,
      })),
    ),
    places: surprisingPlaces(read, predictions, 10),
    surprisingLines: surprisingLines(read.characters, predictions.bits),
    activation: (cell, character) => store.row(cell)[character]! / 127,
    highest: cells[0]!,
    lowest: cells.at(-1)!,
    stringCell: await bestForStrings(references),
    selection,
    selectedCells: selected.cells.map(({ cell }) => cell),
    similarPlaces: selected.places.length,
    searched: { files: others.length, characters: others.reduce((sum, { text }) => sum + text.length, 0) },
    forgetGate: { shut: mean(forget.left), open: mean(forget.right) },
  };
}

async function bestForStrings(texts: InspectedTexts): Promise<Truth['stringCell']> {
  const finding = (await findCells(texts)).find(({ property }) => property === 'string');
  if (finding?.kind !== 'binary' || finding.cells[0] === undefined) throw new Error('No cell was found.');
  return { cell: finding.cells[0].cell, score: finding.cells[0].balancedAccuracy };
}

function surprisingLines(characters: readonly string[], bits: Float32Array): string[] {
  const lines = characters.join('').split('\n');
  const found = new Set<number>();
  let line = 0;
  for (const [t, character] of characters.entries()) {
    if (character === '\n') line++;
    else if (bits[t]! >= 2) found.add(line);
  }
  return [...found].map((index) => lines[index]!.trim());
}

function total({ store }: InspectedTexts, cell: number): number {
  return store.row(cell).reduce((sum, value) => sum + value, 0);
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
