import * as vscode from 'vscode';
import { setContextKeys } from './contextKeys';
import { showMenu } from './menu';
import type { Inference } from './models/inference';
import { describeInfo } from './models/modelCommands';
import type { ModelStore } from './models/modelStore';
import type { Settings } from './settings';
import { statusOf } from './status';
import type { StatusBar } from './statusBar';
import type { Training } from './training/training';

/** What the overview looks at. */
export interface OverviewParts {
  readonly statusBar: StatusBar;
  readonly inference: Inference;
  readonly training: Training;
  readonly models: ModelStore;
  readonly settings: Settings;
}

/** Milliseconds that the model is at work before the status bar says so: most answers come sooner. */
const patience = 250;

/** Keeps the status bar, the context keys and the menu in step with what goes on. */
export class Overview implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private thinking: NodeJS.Timeout | null = null;
  private showsThinking = false;

  constructor(private readonly parts: OverviewParts) {
    const { inference, training, models, settings } = parts;
    const update = () => this.update();
    this.subscription = vscode.Disposable.from(
      inference.onDidChange(update),
      training.onDidChange(update),
      models.onDidChange(update),
      settings.onDidChange(update),
      vscode.window.onDidChangeActiveTextEditor(update),
    );
    update();
  }

  async showMenu(): Promise<void> {
    const { statusBar, models, training, settings } = this.parts;
    const document = vscode.window.activeTextEditor?.document;
    const onDisk = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === 'file') ?? false;
    await showMenu({
      state: statusBar.tooltip,
      hasModel: models.current !== null,
      hasOwnModel: hasOwnModel(models),
      training: training.status !== null,
      resumable: training.resumable,
      canTrain: onDisk && vscode.workspace.isTrusted,
      completionsEnabled: settings.get('completion.enabled'),
      language: document ? { id: document.languageId, enabled: settings.get('completion.enabled', document) } : null,
    });
  }

  dispose(): void {
    this.subscription.dispose();
    if (this.thinking !== null) clearTimeout(this.thinking);
  }

  private update(): void {
    const { statusBar, inference, training, models, settings } = this.parts;
    setContextKeys({
      hasModel: models.current !== null,
      hasOwnModel: hasOwnModel(models),
      training: training.status !== null,
      resumable: training.resumable,
    });
    this.awaitThinking(inference.busy);
    statusBar.show(
      statusOf({
        problem: inference.problem,
        training: training.status,
        hasModel: models.current !== null,
        pretrained: inference.pretrained && {
          title: inference.pretrained.title,
          languages: inference.pretrained.languages.join(', '),
          waiting: inference.waiting,
        },
        model: inference.model && describeInfo(inference.model),
        busy: inference.busy && this.showsThinking,
        completionsEnabled: settings.get('completion.enabled', vscode.window.activeTextEditor?.document),
      }),
    );
  }

  private awaitThinking(busy: boolean): void {
    if (!busy) {
      if (this.thinking !== null) clearTimeout(this.thinking);
      this.thinking = null;
      this.showsThinking = false;
    } else if (this.thinking === null && !this.showsThinking) {
      this.thinking = setTimeout(() => {
        this.thinking = null;
        this.showsThinking = true;
        this.update();
      }, patience);
    }
  }
}

/** Whether there is a model that did not come with the extension. */
function hasOwnModel({ current }: ModelStore): boolean {
  return current !== null && current.pretrained === null;
}
