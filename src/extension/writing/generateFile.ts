import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Inference } from '../models/inference';
import type { ModelStore } from '../models/modelStore';
import type { Settings } from '../settings';
import { askForPath } from './askForPath';
import { languageOfPath, numbered } from './paths';
import { drawSeed, streamInto } from './stream';

/** Characters at most; most files come to their own end before. */
const defaultLength = 8000;

export interface GenerateRequest {
  readonly path: string;
  readonly seed?: number;
  readonly temperature?: number;
  readonly length?: number;
}

/** What was generated, for those who ran the command by its name. */
export interface Generated {
  readonly document: vscode.TextDocument;
  readonly seed: number;
  readonly temperature: number;
  readonly cancelled: boolean;
}

/** Asks for a path, if none is given, and lets the model write that file into an untitled editor. */
export async function generateFakeFile(
  { inference, models, settings }: { inference: Inference; models: ModelStore; settings: Settings },
  request?: GenerateRequest,
): Promise<Generated | undefined> {
  const path = request?.path ?? (await askForPath(inference, models));
  if (path === undefined) return undefined;
  const temperature = request?.temperature ?? settings.get('temperature');
  const seed = request?.seed ?? drawSeed();
  const document = await openUntitled(path);
  await vscode.window.showTextDocument(document, { preview: false });
  models.fitTo(document);
  const how = vscode.l10n.t('temperature {0}, seed {1}', temperature, seed);
  const title = vscode.l10n.t('Generating {0} ({1})', path, how);
  const length = request?.length ?? defaultLength;
  const result = await streamInto(inference, document, new vscode.Position(0, 0), {
    ...{ title, path, temperature, seed, length },
  });
  const characters = result?.characters ?? document.getText().length;
  const said = vscode.l10n.t('{0} characters of {1}: {2}', characters, path, how);
  vscode.window.setStatusBarMessage(`$(sparkle) ${said}`, 15_000);
  return { document, seed, temperature, cancelled: result === null };
}

/**
 * An empty untitled document that would be saved under that path, or one beside it where there is such a file already.
 * Without a folder to save to it has a language and no name.
 */
async function openUntitled(path: string): Promise<vscode.TextDocument> {
  const place = placeOf(path);
  if (place === undefined) {
    const language = languageOfPath(path);
    return vscode.workspace.openTextDocument({ content: '', ...(language && { language }) });
  }
  for (let number = 1; ; number++) {
    const file = vscode.Uri.joinPath(place.folder, ...numbered(place.path, number).split('/'));
    const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.path === file.path);
    if (!isOpen && !existsSync(file.fsPath))
      return vscode.workspace.openTextDocument(file.with({ scheme: 'untitled' }));
  }
}

/** The folder on disk that a path belongs to, and the path in it. Where there are several, paths begin with their names. */
function placeOf(path: string): { folder: vscode.Uri; path: string } | undefined {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const [first, second] = folders;
  if (first === undefined) return undefined;
  const named = second && folders.find(({ name }) => path.startsWith(`${name}/`));
  return named ? { folder: named.uri, path: path.slice(named.name.length + 1) } : { folder: first.uri, path };
}
