import * as vscode from 'vscode';
import { type UnpackedText, unpackText } from '../../model/inspection/unpack';
import { inspectionProgress, inspectText } from '../../process/protocol';
import { pathOf } from '../completions/documentText';
import type { Inference } from '../models/inference';
import { placesOf, type TextPlaces } from './levels';

/** What a model expected in a document of N characters. */
export interface Surprise {
  readonly text: UnpackedText;
  /** Where its characters are. */
  readonly positions: TextPlaces;
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
  const unpacked = unpackText(text);
  return { text: unpacked, positions: placesOf(unpacked.characters) };
}

/** A character as it can be read. */
export function shownCharacter(character: string): string {
  const names: Readonly<Record<string, string>> = { ' ': '␣', '\n': '↵', '\t': '⇥', '\u0003': '∎' };
  return names[character] ?? character;
}

/** A place of the text in its document. */
export function rangeOf({ positions, text: { characters } }: Surprise, from: number, to: number): vscode.Range {
  const last = to - 1;
  return new vscode.Range(
    positions.lines[from]!,
    positions.columns[from]!,
    positions.lines[last]!,
    positions.columns[last]! + characters[last]!.length,
  );
}
