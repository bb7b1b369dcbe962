import * as vscode from 'vscode';
import { editorInFront } from '../editorInFront';
import type { HeatMap } from './heatMap';
import { rangeOf, type Surprise, shownCharacter } from './surprise';

interface PlaceItem extends vscode.QuickPickItem {
  readonly range: vscode.Range;
}

/**
 * Lists the places of the editor in front that the model did not see coming. The one that is active in the list shows
 * in the editor; leaving the list without choosing goes back.
 */
export async function showSurprisingPlaces(heatMap: HeatMap): Promise<void> {
  const editor = editorInFront();
  const surprise = await heatMap.surpriseOf(editor.document);
  const items = itemsOf(surprise, editor.document);
  const before = { selection: editor.selection, visible: editor.visibleRanges[0] };
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Most Surprising Places'),
    placeHolder: vscode.l10n.t(
      '{0} bits per character in this file; the list begins with the most surprising place',
      surprise.text.bitsPerCharacter.toFixed(2),
    ),
    matchOnDescription: true,
    onDidSelectItem: (item) => reveal(editor, (item as PlaceItem).range),
  });
  if (picked !== undefined) reveal(editor, picked.range);
  else {
    editor.selection = before.selection;
    if (before.visible !== undefined) editor.revealRange(before.visible, vscode.TextEditorRevealType.AtTop);
  }
}

function itemsOf(surprise: Surprise, document: vscode.TextDocument): PlaceItem[] {
  const { characters, places, vocabulary } = surprise.text;
  return places.map(({ start, end, peak, line, bits, guess, guessProbability }) => ({
    label: characters.slice(start, end).map(shownCharacter).join(''),
    description: vscode.l10n.t(
      'line {0}, {1} bits; {2} where {3} was expected ({4} %)',
      line + 1,
      bits.toFixed(1),
      shownCharacter(characters[peak]!),
      shownCharacter(vocabulary[guess]!),
      Math.round(100 * guessProbability),
    ),
    detail: document.lineAt(line).text.trim(),
    range: rangeOf(surprise, start, end),
  }));
}

function reveal(editor: vscode.TextEditor, range: vscode.Range): void {
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
