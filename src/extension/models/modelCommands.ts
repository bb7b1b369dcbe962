import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import { formatBytes, formatDuration } from '../../model/format';
import { describeModel, exportModel as exportRequest, type ModelInfo } from '../../process/protocol';
import type { Inference } from './inference';
import type { ModelReference, ModelStore } from './modelStore';

const automatic = 'auto';

interface ModelItem extends vscode.QuickPickItem {
  readonly path: string | null;
}

/** Chooses among the models that are there, or a file; a given path is taken as it is, `auto` leaves the choice. */
export async function chooseModel(models: ModelStore, inference: Inference, given?: string): Promise<void> {
  const path = given ?? (await askForModel(models, inference));
  if (path !== undefined) await models.choose(path === automatic ? undefined : path);
}

async function askForModel(models: ModelStore, inference: Inference): Promise<string | undefined> {
  const current = models.current?.path;
  const inUse = (path: string) => (path === current ? vscode.l10n.t('in use') : '');
  const items: ModelItem[] = await Promise.all(
    (await models.list()).map(async ({ path }) => ({
      label: `$(library) ${labelOf(path)}`,
      description: inUse(path),
      detail: await detailOf(path, inference),
      path,
    })),
  );
  for (const { path, pretrained } of models.listPretrained()) {
    const languages = pretrained.languages.join(', ');
    const detail = vscode.l10n.t('Comes with the extension and knows {0}', languages);
    items.push({ label: `$(package) ${pretrained.title}`, description: inUse(path), detail, path: pretrained.name });
  }
  if (current !== undefined && models.current?.pretrained === null && !items.some(({ path }) => path === current)) {
    items.unshift({ label: `$(file) ${current}`, description: vscode.l10n.t('in use'), path: current });
  }
  items.push({
    label: `$(sync) ${vscode.l10n.t('Automatic')}`,
    detail: vscode.l10n.t('The newest that was trained here; before that, the one that knows the language in front'),
    path: automatic,
  });
  items.push({ label: `$(folder-opened) ${vscode.l10n.t('From a file…')}`, path: null });
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Choose Model') });
  if (picked === undefined) return undefined;
  return picked.path ?? askForFile();
}

/** When a model was trained, which its folder is named after; else the name of the folder. */
export function labelOf(path: string): string {
  const name = basename(path);
  const [, date, hours, minutes] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)/.exec(name) ?? [];
  if (date === undefined) return name;
  const time = new Date(`${date}T${hours}:${minutes}:00Z`);
  return time.toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** How large a model is and how well it was trained; empty where its file can't be read. */
async function detailOf(path: string, inference: Inference): Promise<string> {
  try {
    return describeInfo(await inference.request(describeModel, { path }));
  } catch {
    return '';
  }
}

/** "LSTM 2 × 256, 1.52 bits per character, trained for 10 min 00 s on CPU, 2 threads, 3.4 MB". */
export function describeInfo({ configuration, training, fileSize }: ModelInfo): string {
  const { cellType, numLayers, hiddenSize } = configuration;
  const parts = [`${cellType.toUpperCase()} ${numLayers} × ${hiddenSize}`];
  if (training !== null) {
    if (training.bitsPerCharacter !== null) {
      parts.push(vscode.l10n.t('{0} bits per character', training.bitsPerCharacter.toFixed(2)));
    }
    parts.push(vscode.l10n.t('trained for {0} on {1}', formatDuration(training.seconds), training.device));
  }
  return [...parts, formatBytes(fileSize)].join(', ');
}

async function askForFile(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose a model of Unreasonable'),
    filters: { ONNX: ['onnx'] },
  });
  return chosen?.[0]?.fsPath;
}

/** Writes the current model to a file of its own, which opens in any ONNX Runtime. */
export async function exportModel(
  models: ModelStore,
  inference: Inference,
  given?: string,
): Promise<string | undefined> {
  const model = requireModel(models);
  const out = given ?? (await askForTarget());
  if (out === undefined) return undefined;
  const int8 = given === undefined ? await askForPrecision() : false;
  if (int8 === undefined) return undefined;
  const { bytes } = await inference.request(exportRequest, { path: model.path, out, int8 });
  void vscode.window.showInformationMessage(vscode.l10n.t('The model is in {0} ({1}).', out, formatBytes(bytes)));
  return out;
}

async function askForTarget(): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Model as ONNX'),
    filters: { ONNX: ['onnx'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'model.onnx') }),
  });
  return target?.fsPath;
}

async function askForPrecision(): Promise<boolean | undefined> {
  const exact = { label: vscode.l10n.t('Exact'), detail: vscode.l10n.t('Weights of 32 bits, as trained'), int8: false };
  const small = {
    label: vscode.l10n.t('Small'),
    detail: vscode.l10n.t('Weights of 8 bits, a quarter of the size'),
    int8: true,
  };
  return (await vscode.window.showQuickPick([exact, small], { title: vscode.l10n.t('Export Model as ONNX') }))?.int8;
}

/** Deletes the current model after a question; one from elsewhere is only forgotten. */
export async function deleteModel(models: ModelStore, { confirmed = false } = {}): Promise<void> {
  const model = requireModel(models);
  if (model.pretrained !== null) {
    throw new UserError(
      vscode.l10n.t(
        'The {0} model came with the extension and stays: train one on your workspace, or choose another.',
        model.pretrained.title,
      ),
    );
  }
  if (!confirmed && !(await confirm(model))) return;
  await models.delete(model);
}

async function confirm({ own, path }: ModelReference): Promise<boolean> {
  const verb = own ? vscode.l10n.t('Delete') : vscode.l10n.t('Forget');
  const question = own
    ? vscode.l10n.t('Delete this model? What it has learned is lost.')
    : vscode.l10n.t('Forget this model? Its file stays where it is.');
  const detail = own ? join(path, 'model.onnx') : path;
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, verb)) === verb;
}

function requireModel(models: ModelStore): ModelReference {
  if (models.current !== null) return models.current;
  throw new UserError(vscode.l10n.t('There is no model yet: train one with "Train on Workspace".'));
}
