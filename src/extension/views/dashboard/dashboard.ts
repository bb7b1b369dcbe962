import * as vscode from 'vscode';
import { runCommand } from '../../commands';
import type { Training } from '../../training/training';
import { View } from '../view';
import type { FromDashboard, ToDashboard } from './messages';

/** Shows how a training goes. */
export class Dashboard implements vscode.Disposable {
  private readonly view: View<ToDashboard, FromDashboard>;
  private readonly subscription: vscode.Disposable;

  constructor(
    extensionUri: vscode.Uri,
    private readonly training: Training,
  ) {
    this.view = new View<ToDashboard, FromDashboard>(extensionUri, {
      page: 'dashboard',
      title: vscode.l10n.t('Training Dashboard'),
      onReady: () => this.update(),
      onMessage: () => void runCommand('stopTraining'),
    });
    this.subscription = training.onDidChange(() => this.update());
  }

  show(): void {
    this.view.show();
  }

  dispose(): void {
    this.subscription.dispose();
    this.view.dispose();
  }

  private update(): void {
    this.view.post({ type: 'training', detail: this.training.status?.detail ?? null });
  }
}
