import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { type PretrainedModel, pretrainedFile, pretrainedModels } from '../../model/pretrained';
import { checkpointPath } from '../../model/training/checkpoint';
import { isKnownTo } from '../completions/documents';

/** A model on disk. */
export interface ModelReference {
  /** A model file, or the folder of a `model.onnx`. */
  readonly path: string;
  /** Trained here: it may be deleted. A chosen one from elsewhere is only forgotten. */
  readonly own: boolean;
  /** What it is, if it came with the extension. */
  readonly pretrained: PretrainedModel | null;
}

/** What tells the language of a document. */
type DocumentKind = Pick<vscode.TextDocument, 'uri' | 'languageId'>;

const modelFileName = 'model.onnx';
const chosenKey = 'chosenModel';

/**
 * The models of a workspace, all folders of which share one: each training writes to a folder of its own in the
 * workspace's storage, so that a new one never harms an earlier one. Without a workspace they are in the global storage.
 */
export class ModelStore implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ModelReference | null>();
  /** Another model is the current one, or the same one has been written anew. */
  readonly onDidChange = this.changed.event;
  private reference: ModelReference | null = null;
  private document: DocumentKind | null = null;

  constructor(private readonly context: vscode.ExtensionContext) {}

  /** The model that completes and generates; null if there is none. */
  get current(): ModelReference | null {
    return this.reference;
  }

  /** Where they are, each in a folder of its own. */
  get folder(): string {
    return join((this.context.storageUri ?? this.context.globalStorageUri).fsPath, 'models');
  }

  /** The models that were trained here, the newest first. */
  async list(): Promise<ModelReference[]> {
    const names = await readdir(this.folder).catch(() => []);
    const paths = names
      .sort()
      .reverse()
      .map((name) => join(this.folder, name));
    return paths
      .filter((path) => existsSync(join(path, modelFileName)))
      .map((path) => ({ path, own: true, pretrained: null }));
  }

  /** The models that came with the extension. */
  listPretrained(): (ModelReference & { pretrained: PretrainedModel })[] {
    return pretrainedModels.flatMap((pretrained) => {
      const path = pretrainedFile(pretrained);
      return path === undefined ? [] : [{ path, own: false, pretrained }];
    });
  }

  /** A folder for a new training, of this window alone; its name is the time, so that names sort by age. */
  async makeFolder(): Promise<string> {
    const name = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    await mkdir(this.folder, { recursive: true });
    for (let i = 0; ; i++) {
      const path = join(this.folder, i === 0 ? name : `${name}-${i}`);
      try {
        await mkdir(path);
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  /** Removes the folder of a training that wrote nothing. A checkpoint may be there before the first model is. */
  async discardFolder(path: string): Promise<void> {
    const written = [join(path, modelFileName), checkpointPath(path)];
    if (dirname(path) === this.folder && !written.some((file) => existsSync(file))) {
      await rm(path, { recursive: true, force: true });
    }
  }

  /** Looks on the disk for the current model: the chosen one, else the newest, else one that came along and fits. */
  async refresh(): Promise<void> {
    const chosen = this.context.workspaceState.get<string>(chosenKey);
    const [own, pretrained] = [await this.list(), this.listPretrained()];
    this.reference =
      own.find(({ path }) => path === chosen) ??
      pretrained.find((model) => model.pretrained.name === chosen) ??
      (chosen !== undefined && existsSync(chosen) ? { path: chosen, own: false, pretrained: null } : own[0]) ??
      this.fitting(pretrained);
    this.changed.fire(this.reference);
  }

  /**
   * Says what a person works on: where nothing was trained or chosen, and several models came with the extension, the
   * first that knows its language is the current one. With a document that none knows all stays as it is.
   */
  fitTo(document: DocumentKind): void {
    this.document = document;
    const current = this.reference?.pretrained;
    if (!current || current.name === this.context.workspaceState.get(chosenKey)) return;
    const fitting = this.fitting(this.listPretrained());
    if (fitting?.path === this.reference?.path) return;
    this.reference = fitting;
    this.changed.fire(fitting);
  }

  private fitting(pretrained: readonly (ModelReference & { pretrained: PretrainedModel })[]): ModelReference | null {
    const { document, reference } = this;
    return (
      pretrained.find((model) => document !== null && isKnownTo(model.pretrained, document)) ??
      pretrained.find(({ path }) => path === reference?.path) ??
      pretrained[0] ??
      null
    );
  }

  /**
   * @param chosen a path, or the name of a model that came with the extension: its path changes with every update;
   *   undefined to leave the choice to the store again.
   */
  async choose(chosen: string | undefined): Promise<void> {
    await this.context.workspaceState.update(chosenKey, chosen);
    await this.refresh();
  }

  /** Deletes a model that was trained here, with its checkpoint; forgets one from elsewhere. */
  async delete({ path, own }: ModelReference): Promise<void> {
    if (own && dirname(path) === this.folder) await rm(path, { recursive: true, force: true });
    if (this.context.workspaceState.get(chosenKey) === path) {
      await this.context.workspaceState.update(chosenKey, undefined);
    }
    await this.refresh();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
