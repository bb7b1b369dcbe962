import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { readComparison } from '../../../model/evaluation/comparisonFile';
import { logPath, readLog } from '../../../model/training/log/logFile';
import { runCommand } from '../../commands';
import { labelOf } from '../../models/modelCommands';
import type { ModelStore } from '../../models/modelStore';
import type { Processes } from '../../models/processes';
import type { Problems } from '../../problems';
import type { Settings } from '../../settings';
import type { Training } from '../../training/training';
import { View } from '../view';
import { compareWithNgrams } from './compare';
import { mergeLogs } from './mergeLogs';
import type { DashboardState, DashboardTraining, FromDashboard, ToDashboard } from './messages';

/** What the dashboard looks at. */
export interface DashboardParts {
  readonly extensionUri: vscode.Uri;
  readonly training: Training;
  readonly models: ModelStore;
  readonly processes: Processes;
  readonly settings: Settings;
  readonly problems: Problems;
}

/** Trainings that are told of at most, the newest: more curves in one plot are no help. */
const mostTrainings = 12;

/** Shows how a training goes and what its model writes, beside the trainings before it. */
export class Dashboard implements vscode.Disposable {
  private readonly view: View<ToDashboard, FromDashboard>;
  private readonly subscription: vscode.Disposable;
  private comparing = false;
  /** Of the training that ran when the page was last told. */
  private folder: string | null = null;

  constructor(private readonly parts: DashboardParts) {
    const { extensionUri, training, models } = parts;
    this.view = new View<ToDashboard, FromDashboard>(extensionUri, {
      page: 'dashboard',
      title: vscode.l10n.t('Training Dashboard'),
      onReady: () => this.tellAll(),
      onMessage: (message) => this.hear(message),
    });
    this.subscription = vscode.Disposable.from(
      training.onDidChange(() => this.follow()),
      training.onDidLog((entry) => {
        if (training.folder !== null) this.view.post({ type: 'entry', id: basename(training.folder), entry });
      }),
      models.onDidChange(() => this.tellAll()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.tellState()),
    );
  }

  show(): void {
    this.view.show();
  }

  dispose(): void {
    this.subscription.dispose();
    this.view.dispose();
  }

  /** The training has taken a step, or another one runs, or none any more. */
  private follow(): void {
    if (this.parts.training.folder === this.folder) this.tellState();
    else this.tellAll();
  }

  private tellAll(): void {
    this.folder = this.parts.training.folder;
    if (!this.view.isShown) return;
    this.tellState();
    void this.trainings().then(
      (trainings) => this.view.post({ type: 'trainings', trainings }),
      (error: unknown) => this.parts.problems.tell(error),
    );
  }

  private tellState(): void {
    this.view.post({ type: 'state', state: this.state() });
  }

  private state(): DashboardState {
    const { training, settings } = this.parts;
    const { status, folder } = training;
    const onDisk = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === 'file') ?? false;
    const canTrain = onDisk && vscode.workspace.isTrusted;
    return {
      running: folder === null ? null : basename(folder),
      detail: status?.detail ?? '',
      share: status?.share ?? 0,
      device: status?.device ?? '',
      stopping: status?.stopping ?? false,
      now: status?.step ?? null,
      canResume: canTrain && training.resumable,
      canTrain,
      comparing: this.comparing,
      minutes: settings.get('training.minutes'),
    };
  }

  private async trainings(): Promise<DashboardTraining[]> {
    const { training, models } = this.parts;
    const folders = (await models.list()).map(({ path }) => path);
    // The one that runs has no model yet at first.
    if (training.folder !== null && !folders.includes(training.folder)) folders.unshift(training.folder);
    const read = await Promise.all(
      folders.slice(0, mostTrainings).map(async (folder) => {
        return { folder, log: await readLog(logPath(folder)), comparison: await readComparison(folder) };
      }),
    );
    // All at once: what is logged from here on is told by itself.
    return read.map(({ folder, log, comparison }) => {
      const whole = folder === training.folder ? mergeLogs(log, training.log) : log;
      return { id: basename(folder), name: labelOf(folder), log: whole, comparison };
    });
  }

  private hear(message: FromDashboard): void {
    switch (message.type) {
      case 'stop':
        void runCommand('stopTraining');
        break;
      case 'resume':
        void runCommand('resumeTraining');
        break;
      case 'train':
        void runCommand('trainOnWorkspace');
        break;
      case 'keep':
        void runCommand('keepTraining', this.folderOf(message.id), message.minutes);
        break;
      case 'compare':
        void this.compare(this.folderOf(message.id));
        break;
    }
  }

  private folderOf(id: string): string {
    return join(this.parts.models.folder, basename(id));
  }

  private async compare(folder: string): Promise<void> {
    if (this.comparing) return;
    this.comparing = true;
    this.tellState();
    this.parts.problems.forget();
    try {
      await compareWithNgrams(this.parts, folder);
    } catch (error) {
      this.parts.problems.tell(error);
    } finally {
      this.comparing = false;
      this.tellAll();
    }
  }
}
