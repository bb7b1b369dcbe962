import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './html';
import type { Ready } from './messages';

/** What a view is. */
export interface ViewOptions<FromPage> {
  /** The name of its folder in media/pages. */
  readonly page: string;
  readonly title: string;
  /** The page was loaded, for the first time or again: it has to be sent all that there is to show. */
  onReady(): void;
  onMessage(message: FromPage): void;
  /** The tab was closed: nobody waits for anything any more. */
  onClosed?(): void;
}

/**
 * A page of media/pages in an editor tab, one at a time. While it is hidden its page does not exist, so that a view
 * costs nothing that nobody looks at; what the person has set there is the page's state, which VS Code keeps through
 * hiding and through reloads of the window.
 *
 * Its command and its `onWebviewPanel:unreasonable.<page>` in `activationEvents` are the caller's.
 */
export class View<ToPage, FromPage extends { readonly type: string }> implements vscode.Disposable {
  private panel: vscode.WebviewPanel | null = null;
  private loaded = false;
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly options: ViewOptions<FromPage>,
  ) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(this.type, {
      deserializeWebviewPanel: async (panel) => this.adopt(panel),
    });
  }

  private get type(): string {
    return `unreasonable.${this.options.page}`;
  }

  private get resources(): vscode.Uri {
    return vscode.Uri.joinPath(this.extensionUri, 'dist', 'pages');
  }

  /** Whether there is a page that hears what is posted. */
  get isShown(): boolean {
    return this.loaded;
  }

  /** Opens the view, or brings it to the front. */
  show(column: vscode.ViewColumn = vscode.ViewColumn.Active): void {
    if (this.panel !== null) this.panel.reveal(undefined);
    else this.adopt(vscode.window.createWebviewPanel(this.type, this.options.title, column));
  }

  /** Sends to the page; one that is not shown is told all when it is. */
  post(message: ToPage): void {
    if (this.loaded) void this.panel?.webview.postMessage(message);
  }

  dispose(): void {
    this.serializer.dispose();
    this.panel?.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    this.loaded = false;
    panel.onDidChangeViewState(() => {
      if (this.panel === panel && !panel.visible) this.loaded = false;
    });
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = null;
      this.loaded = false;
      this.options.onClosed?.();
    });
    panel.webview.onDidReceiveMessage((message: FromPage | Ready) => {
      if (message.type !== 'ready') return this.options.onMessage(message as FromPage);
      this.loaded = true;
      this.options.onReady();
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.resources] };
    panel.webview.html = this.html(panel.webview);
  }

  private html(webview: vscode.Webview): string {
    const resource = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.resources, name)).toString();
    const { page, title } = this.options;
    return pageHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      script: resource(`${page}.js`),
      style: resource(`${page}.css`),
      title,
      language: vscode.env.language,
      translations: vscode.l10n.bundle ?? {},
    });
  }
}
