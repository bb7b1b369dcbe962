import * as vscode from 'vscode';
import { Cancelled } from '../../process/errors';
import { isCompleted } from '../completions/documents';
import { setContextKeys } from '../contextKeys';
import type { Inference } from '../models/inference';
import type { Problems } from '../problems';
import { characterAt, levelBits, surpriseLevels } from './levels';
import { expectedAt, readSurprise, type Surprise } from './surprise';

/** Milliseconds without a key until a document that was edited is read again. */
const rest = 700;

/**
 * Colours every character of the visible editors by how much it surprised the model. A document is read when it is
 * shown, and again when it has been edited; while it is read the last colours stay.
 */
export class HeatMap implements vscode.Disposable {
  private readonly levels = levelBits.map((_, level) => createDecoration(level));
  private readonly known = new Map<vscode.TextDocument, { version: number; model: unknown; surprise: Surprise }>();
  private readonly reading = new Map<vscode.TextDocument, vscode.CancellationTokenSource>();
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | null = null;
  private on = false;

  constructor(
    private readonly inference: Inference,
    private readonly problems: Problems,
  ) {
    this.subscription = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors(() => this.update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.edited(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      inference.onDidChange(() => this.on && this.isModelNew && this.update()),
      vscode.languages.registerHoverProvider({ scheme: '*' }, this),
    );
  }

  get isOn(): boolean {
    return this.on;
  }

  toggle(): void {
    this.on = !this.on;
    setContextKeys({ surpriseShown: this.on });
    if (this.on) this.update();
    else this.clear();
  }

  /** Of a document as it is now, read if it has to be. */
  async surpriseOf(document: vscode.TextDocument): Promise<Surprise> {
    const known = this.known.get(document);
    if (known?.version === document.version && known.model === this.inference.model) return known.surprise;
    this.reading.get(document)?.cancel();
    const cancel = new vscode.CancellationTokenSource();
    this.reading.set(document, cancel);
    const { version } = document;
    try {
      const surprise = await readSurprise(this.inference, document, cancel.token);
      this.known.set(document, { version, model: this.inference.model, surprise });
      return surprise;
    } finally {
      if (this.reading.get(document) === cancel) this.reading.delete(document);
    }
  }

  provideHover(document: vscode.TextDocument, { line, character: column }: vscode.Position): vscode.Hover | null {
    const known = this.known.get(document);
    if (!this.on || known === undefined || known.version !== document.version) return null;
    const { surprise } = known;
    const character = characterAt(surprise.places, line, column);
    if (character === null) return null;
    const bits = surprise.bits[character]!.toFixed(2);
    const text = new vscode.MarkdownString(`${vscode.l10n.t('{0} bits of surprise; expected:', bits)}\n\n`);
    for (const guess of expectedAt(surprise, character)) {
      text
        .appendMarkdown('- ')
        .appendText(`${guess.character}  ${guess.percent.toFixed(1)} %`)
        .appendMarkdown('\n');
    }
    return new vscode.Hover(text);
  }

  dispose(): void {
    this.subscription.dispose();
    if (this.timer !== null) clearTimeout(this.timer);
    for (const cancel of this.reading.values()) cancel.cancel();
    for (const level of this.levels) level.dispose();
  }

  private get isModelNew(): boolean {
    const { model } = this.inference;
    return model !== null && [...this.known.values()].some((known) => known.model !== model);
  }

  private edited(document: vscode.TextDocument): void {
    if (!this.on) return;
    this.reading.get(document)?.cancel();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), rest);
  }

  private update(): void {
    if (!this.on) return;
    for (const editor of vscode.window.visibleTextEditors) {
      if (!isCompleted(editor.document) || editor.document.getText() === '') continue;
      void this.colour(editor).catch((error: unknown) => {
        if (!(error instanceof Cancelled)) this.problems.tell(error);
      });
    }
  }

  private async colour(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const { characters, bits, places } = await this.surpriseOf(document);
    if (!this.on || document.version !== version) return;
    for (const [level, ranges] of surpriseLevels(characters, bits, places).entries()) {
      editor.setDecorations(
        this.levels[level]!,
        ranges.map(({ line, from, to }) => new vscode.Range(line, from, line, to)),
      );
    }
  }

  private clear(): void {
    for (const cancel of this.reading.values()) cancel.cancel();
    for (const editor of vscode.window.visibleTextEditors) {
      for (const level of this.levels) editor.setDecorations(level, []);
    }
  }

  private forget(document: vscode.TextDocument): void {
    this.reading.get(document)?.cancel();
    this.known.delete(document);
  }
}

function createDecoration(level: number): vscode.TextEditorDecorationType {
  const color = new vscode.ThemeColor(`unreasonable.surprise${level + 1}`);
  const isStrongest = level === levelBits.length - 1;
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: color,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(isStrongest && { overviewRulerColor: color, overviewRulerLane: vscode.OverviewRulerLane.Right }),
  });
}
