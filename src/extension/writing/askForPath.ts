import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import { suggestPaths } from '../../process/protocol';
import type { Inference } from '../models/inference';
import type { ModelStore } from '../models/modelStore';
import { answerOf } from '../pickOne';
import { inventPaths, isPlausible, type LanguageChoice, languagesOf, normalizePath } from './paths';

/** Files of the workspace that are looked at, to know their languages and not to propose them. */
const filesLookedAt = 2000;
const proposals = 8;

interface PathItem extends vscode.QuickPickItem {
  readonly path?: string;
  readonly language?: LanguageChoice;
}

/** Asks for the path of a file to invent, or for a language; undefined if the person thinks better of it. */
export async function askForPath(inference: Inference, models: ModelStore): Promise<string | undefined> {
  const known = await knownPaths();
  const available = inference.pretrained && models.listPretrained().flatMap(({ pretrained }) => pretrained.languageIds);
  const languages = languagesOf(known, available ?? undefined).map((language) => languageItem(language));
  const source = new vscode.CancellationTokenSource();
  const pick = vscode.window.createQuickPick<PathItem>();
  let proposed: PathItem[] = [];
  const show = () => {
    const path = normalizePath(pick.value);
    const typed: PathItem[] =
      path === null ? [] : [{ label: path, description: vscode.l10n.t('what you typed'), alwaysShow: true, path }];
    pick.items = [...typed, ...proposed.filter((item) => item.path !== path), separator(), ...languages];
  };
  pick.title = vscode.l10n.t('Generate Fake File');
  pick.placeholder = vscode.l10n.t('A path such as drivers/net/foo.c, or a language');
  pick.busy = true;
  pick.onDidChangeValue(show);
  show();
  void proposePaths(inference, known, proposals, [], source.token).then((paths) => {
    proposed = paths.map((path) => ({ label: path, path }));
    pick.busy = false;
    show();
  });
  const chosen = await answerOf(pick);
  source.cancel();
  pick.dispose();
  if (chosen?.language === undefined) return chosen?.path;
  const { language, endings } = chosen.language;
  models.fitTo({ uri: vscode.Uri.file(`/any${endings[0]}`), languageId: language });
  return pathInLanguage(inference, chosen.language, known);
}

async function pathInLanguage(inference: Inference, { language, endings }: LanguageChoice, known: string[]) {
  const [path] = await proposePaths(inference, known, 1, endings);
  if (path === undefined) {
    throw new UserError(vscode.l10n.t('The model can think of no {0} file: type a path instead.', language));
  }
  return path;
}

/** Paths from the model's own imagination, as far as they make sense, then from the names that there are. */
async function proposePaths(
  inference: Inference,
  known: string[],
  count: number,
  endings: readonly string[],
  token?: vscode.CancellationToken,
): Promise<string[]> {
  const params = { count, known, ...(endings.length > 0 && { endings }) };
  // Without an answer the question still stands.
  const imagined = await inference.request(suggestPaths, params, token).catch(() => []);
  const plausible = imagined.filter((path) => isPlausible(path, known));
  return [...new Set([...plausible, ...inventPaths(known, count, endings)])].slice(0, count);
}

async function knownPaths(): Promise<string[]> {
  const found = await vscode.workspace.findFiles('**/*', undefined, filesLookedAt);
  return found.map((uri) => vscode.workspace.asRelativePath(uri));
}

function languageItem(language: LanguageChoice): PathItem {
  const description = vscode.l10n.t('any file in this language');
  return { label: `$(symbol-file) ${language.language}`, description, language };
}

function separator(): PathItem {
  return { label: vscode.l10n.t('Languages'), kind: vscode.QuickPickItemKind.Separator };
}
