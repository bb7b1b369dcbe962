import * as vscode from 'vscode';
import { formatShare } from '../../model/format';
import { guessesAt } from '../../model/inspection/unpack';
import { Cancelled } from '../../process/errors';
import type { ModelInfo } from '../../process/protocol';
import { isCompleted } from '../completions/documents';
import { setContextKeys } from '../contextKeys';
import type { Inference } from '../models/inference';
import type { Problems } from '../problems';
import { characterAtPlace, levelBits, surpriseLevels } from './levels';
import { readSurprise, type Surprise, shownCharacter } from './surprise';

/** Milliseconds without a key until a document that was edited is read again. */
const rest = 700;

/** A document that is being read, as it was when that began. */
interface Reading {
  readonly version: number;
  /** Null if the model had to be loaded first. */
  readonly model: ModelInfo | null;
  readonly cancel: vscode.CancellationTokenSource;
  readonly surprise: Promise<Surprise>;
}

/**
 * Colours every character of the visible editors by how much it surprised the model. A document is read when it is
 * shown, and again when it has been edited; while it is read the last colours stay.
 */
export class HeatMap implements vscode.Disposable {
  private readonly levels = levelBits.map((_, level) => createDecoration(level));
  private readonly known = new Map<vscode.TextDocument, { version: number; model: unknown; surprise: Surprise }>();
  private readonly reading = new Map<vscode.TextDocument, Reading>();
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | null = null;
  private on = false;
  /** The model that the documents were last read with. */
  private seenModel: ModelInfo | null = null;

  constructor(
    private readonly inference: Inference,
    private readonly problems: Problems,
  ) {
    this.subscription = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors(() => this.update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.edited(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      inference.onDidChange(() => this.modelChanged()),
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

  /** Of a document as it is now, read if it has to be; all who ask for the same wait for one reading. */
  surpriseOf(document: vscode.TextDocument): Promise<Surprise> {
    const { version } = document;
    const { model } = this.inference;
    const known = this.known.get(document);
    if (known?.version === version && known.model === model) return Promise.resolve(known.surprise);
    const before = this.reading.get(document);
    // A reading that had to wait for the model has the one that came.
    const isSame = before?.version === version && (before.model ?? model) === model;
    if (isSame && !before.cancel.token.isCancellationRequested) return before.surprise;
    before?.cancel.cancel();
    const cancel = new vscode.CancellationTokenSource();
    const surprise = this.read(document, cancel);
    this.reading.set(document, { version, model, cancel, surprise });
    return surprise;
  }

  provideHover(document: vscode.TextDocument, { line, character: column }: vscode.Position): vscode.Hover | null {
    const known = this.known.get(document);
    if (!this.on || known === undefined || known.version !== document.version) return null;
    const { surprise } = known;
    const character = characterAtPlace(surprise.positions, line, column);
    if (character === null) return null;
    const bits = surprise.text.bits[character]!.toFixed(2);
    const text = new vscode.MarkdownString(`${vscode.l10n.t('{0} bits of surprise; expected:', bits)}\n\n`);
    for (const guess of guessesAt(surprise.text, character)) {
      text
        .appendMarkdown('- ')
        .appendText(`${shownCharacter(guess.character)}  ${formatShare(guess.probability)}`)
        .appendMarkdown('\n');
    }
    return new vscode.Hover(text);
  }

  dispose(): void {
    this.subscription.dispose();
    if (this.timer !== null) clearTimeout(this.timer);
    this.cancelAll();
    for (const level of this.levels) level.dispose();
  }

  private async read(document: vscode.TextDocument, cancel: vscode.CancellationTokenSource): Promise<Surprise> {
    const { version } = document;
    try {
      const surprise = await readSurprise(this.inference, document, cancel.token);
      // It was edited when the answer was on its way.
      if (document.version !== version) throw new Cancelled();
      this.known.set(document, { version, model: this.inference.model, surprise });
      return surprise;
    } finally {
      if (this.reading.get(document)?.cancel === cancel) this.reading.delete(document);
    }
  }

  /** Each request tells of itself in the same way as a model that was loaded. */
  private modelChanged(): void {
    const { model } = this.inference;
    if (model !== null && model !== this.seenModel) this.update();
  }

  private edited(document: vscode.TextDocument): void {
    this.reading.get(document)?.cancel.cancel();
    if (!this.on) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), rest);
  }

  private update(): void {
    if (!this.on) return;
    this.seenModel = this.inference.model;
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
    const { text, positions } = await this.surpriseOf(document);
    if (!this.on || document.version !== version) return;
    for (const [level, ranges] of surpriseLevels(text.characters, text.bits, positions).entries()) {
      editor.setDecorations(
        this.levels[level]!,
        ranges.map(({ line, from, to }) => new vscode.Range(line, from, line, to)),
      );
    }
  }

  private clear(): void {
    this.cancelAll();
    for (const editor of vscode.window.visibleTextEditors) {
      for (const level of this.levels) editor.setDecorations(level, []);
    }
  }

  private forget(document: vscode.TextDocument): void {
    this.reading.get(document)?.cancel.cancel();
    this.known.delete(document);
  }

  private cancelAll(): void {
    for (const { cancel } of this.reading.values()) cancel.cancel();
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
