import * as vscode from 'vscode';
import type { PreviewResult } from '../../process/protocol';
import { describePreview } from './previewText';

const scheme = 'unreasonable';
const uri = vscode.Uri.from({ scheme, path: '/What a training would read.md' });

/** The preview of a training as a document that can be read and not written. */
export class PreviewDocument implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  private text = '';

  provideTextDocumentContent(): string {
    return this.text;
  }

  async show(preview: PreviewResult): Promise<void> {
    this.text = describePreview(preview);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
