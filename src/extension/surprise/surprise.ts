import * as vscode from 'vscode';
import type { TextReport } from '../../model/inspection/wire';
import { inspectionProgress, inspectText } from '../../process/protocol';
import { pathOf } from '../completions/documentText';
import type { Inference } from '../models/inference';
import { placesOf, type TextPlaces } from './levels';

/** What a model expected in a document, unpacked: N characters, K guesses at each. */
export interface Surprise {
  readonly report: TextReport;
  /** [N] */
  readonly characters: readonly string[];
  readonly places: TextPlaces;
  /** [N] */
  readonly bits: Float32Array;
  /** [N, K]: tokens, and their probabilities in 65535ths. */
  readonly guesses: Uint16Array;
  readonly probabilities: Uint16Array;
}

/** Lets the model read a document, in the status bar, where it can be cancelled by editing. */
export async function readSurprise(
  inference: Inference,
  document: vscode.TextDocument,
  token?: vscode.CancellationToken,
): Promise<Surprise> {
  const title = vscode.l10n.t('The model reads {0}', vscode.workspace.asRelativePath(document.uri));
  const params = { document: { path: pathOf(document), text: document.getText() }, cells: false };
  const { text } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, (progress) =>
    inference.requestWithProgress(
      inspectText,
      params,
      inspectionProgress,
      ({ done, total }) => progress.report({ message: `${Math.floor((100 * done) / total)} %` }),
      token,
    ),
  );
  return unpack(text);
}

function unpack(report: TextReport): Surprise {
  const characters = [...report.text];
  const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
  return {
    report,
    characters,
    places: placesOf(characters),
    bits: new Float32Array(bytes(report.bits)),
    guesses: new Uint16Array(bytes(report.guesses)),
    probabilities: new Uint16Array(bytes(report.probabilities)),
  };
}

/** What was expected at a character, the likeliest first, each with its probability in per cent. */
export function expectedAt(
  { report, guesses, probabilities }: Surprise,
  character: number,
): { readonly character: string; readonly percent: number }[] {
  const K = report.guessCount;
  return Array.from({ length: K }, (_, k) => ({
    character: shownCharacter(report.vocabulary[guesses[character * K + k]!]!),
    percent: (100 * probabilities[character * K + k]!) / 65535,
  }));
}

/** A character as it can be read. */
export function shownCharacter(character: string): string {
  const names: Readonly<Record<string, string>> = { ' ': '␣', '\n': '↵', '\t': '⇥', '\u0003': '∎' };
  return names[character] ?? character;
}

/** A place of the text in its document. */
export function rangeOf({ places, characters }: Surprise, from: number, to: number): vscode.Range {
  const last = to - 1;
  return new vscode.Range(
    places.lines[from]!,
    places.columns[from]!,
    places.lines[last]!,
    places.columns[last]! + characters[last]!.length,
  );
}
