import * as vscode from 'vscode';
import { commandId } from './commands';

/** What the extension is at. */
export type Status =
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'training'; readonly share: number; readonly detail: string }
  | { readonly kind: 'noModel' }
  | { readonly kind: 'thinking' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'pretrained'; readonly title: string; readonly languages: string }
  | { readonly kind: 'ready'; readonly model: string };

/** The one item in the status bar; a click opens the menu. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('unreasonable', vscode.StatusBarAlignment.Right, 90);

  private explanation = '';

  constructor() {
    this.item.name = 'Unreasonable';
    this.item.command = commandId('showMenu');
    this.show({ kind: 'noModel' });
    this.item.show();
  }

  show(status: Status): void {
    const [text, tooltip] = [textOf(status), tooltipOf(status)];
    // Most keystrokes change nothing, and each change costs a message to the window.
    if (this.item.text === text && this.explanation === tooltip) return;
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.explanation = tooltip;
    this.item.accessibilityInformation = { label: text.replace(/\$\([^)]*\) ?/g, '') };
    this.item.backgroundColor =
      status.kind === 'error' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  get text(): string {
    return this.item.text;
  }

  /** What the state means and what a person can do. */
  get tooltip(): string {
    return this.explanation;
  }

  dispose(): void {
    this.item.dispose();
  }
}

function textOf(status: Status): string {
  switch (status.kind) {
    case 'error':
      return `$(error) ${vscode.l10n.t('Unreasonable: error')}`;
    case 'training':
      return `$(sync~spin) ${vscode.l10n.t('Unreasonable: training {0} %', Math.floor(100 * status.share))}`;
    case 'noModel':
      return `$(sparkle) ${vscode.l10n.t('Unreasonable: no model')}`;
    case 'thinking':
      return `$(loading~spin) ${vscode.l10n.t('Unreasonable: thinking')}`;
    case 'paused':
      return `$(circle-slash) ${vscode.l10n.t('Unreasonable: paused')}`;
    case 'pretrained':
      return `$(sparkle) ${vscode.l10n.t('Unreasonable: {0} model', status.title)}`;
    case 'ready':
      return `$(sparkle) ${vscode.l10n.t('Unreasonable: ready')}`;
  }
}

function tooltipOf(status: Status): string {
  switch (status.kind) {
    case 'error':
      return status.message;
    case 'training':
      return status.detail;
    case 'noModel':
      return vscode.l10n.t('Train on Workspace makes a model. Click for the menu.');
    case 'thinking':
      return vscode.l10n.t('The model is at work.');
    case 'paused':
      return vscode.l10n.t('Completions are off here. Click to switch them on.');
    case 'pretrained':
      return vscode.l10n.t(
        'The {0} model came with the extension: it completes {1} and generates files. Train on Workspace makes one of your own code. Click for the menu.',
        status.title,
        status.languages,
      );
    case 'ready':
      return vscode.l10n.t('The model {0} completes what you type. Click for the menu.', status.model);
  }
}
