import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Cancelled, ProcessDied } from '../../process/errors';
import { type CompletionOptions, type CompletionRequest, complete } from '../../process/protocol';
import type { Inference } from '../models/inference';
import type { Problems } from '../problems';
import type { Settings } from '../settings';
import { documentsInWriting } from '../writing/stream';
import { isCompleted } from './documents';
import { contextAt, endOfLineOf, indentationOf, suffixAt } from './documentText';
import type { Edits } from './edits';
import { acceptedCommand, type OnScreen } from './onScreen';
import { Debounce, wantsCompletion } from './requestRules';

/** Choices for a person who asks by the command or its key. */
const choicesOnDemand = 3;

/** Ghost text: asks the inference process, and keeps showing what is typed through. */
export class CompletionProvider implements vscode.InlineCompletionItemProvider {
  private readonly debounce = new Debounce();

  constructor(
    private readonly inference: Inference,
    private readonly settings: Settings,
    private readonly edits: Edits,
    private readonly onScreen: OnScreen,
    private readonly problems: Problems,
  ) {}

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const explicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (!this.worksIn(document, explicit)) return [];
    const { selectedCompletionInfo: selected } = context;
    const rest = explicit || selected ? [] : this.onScreen.restAt(document, document.offsetAt(position));
    if (rest.length > 0) return rest.map((text) => toItem(text, new vscode.Range(position, position)));
    if (!this.isWelcome(document, position, explicit)) {
      this.onScreen.clear();
      return [];
    }
    if (!explicit && this.debounce.wait > 0) await sleep(this.debounce.wait);
    if (token.isCancellationRequested) return [];
    const items = await this.ask(this.requestFor(document, position, explicit, selected), token);
    if (token.isCancellationRequested || items === null) return [];
    this.onScreen.show(document, document.offsetAt(position), selected ? [] : items);
    // With an entry of the suggestion list in front, a completion goes on behind that entry.
    const range = selected?.range ?? new vscode.Range(position, position);
    return items.map((text) => toItem(`${selected?.text ?? ''}${text}`, range));
  }

  private worksIn(document: vscode.TextDocument, explicit: boolean): boolean {
    if (this.inference.model === null || !isCompleted(document) || documentsInWriting.has(document)) return false;
    return explicit || this.settings.get('completion.enabled', document);
  }

  private isWelcome(document: vscode.TextDocument, position: vscode.Position, explicit: boolean): boolean {
    const line = document.lineAt(position.line).text;
    const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
    const selections = editor?.selections ?? [];
    return wantsCompletion({
      explicit,
      lineBefore: line.slice(0, position.character),
      lineAfter: line.slice(position.character),
      singleCursor: selections.length <= 1 && selections.every(({ isEmpty }) => isEmpty),
      lastEdit: this.edits.lastOf(document),
    });
  }

  private requestFor(
    document: vscode.TextDocument,
    position: vscode.Position,
    explicit: boolean,
    selected: vscode.SelectedCompletionInfo | undefined,
  ): CompletionRequest {
    const before = contextAt(document, selected?.range.start ?? position);
    return {
      ...before,
      prefix: before.prefix + (selected?.text ?? ''),
      suffix: suffixAt(document, position),
      options: this.optionsFor(document, explicit),
    };
  }

  private optionsFor(document: vscode.TextDocument, explicit: boolean): CompletionOptions {
    return {
      maxLines: this.settings.get('completion.maxLines', document),
      confidence: this.settings.get('completion.confidence', document),
      temperature: this.settings.get('completion.temperature', document),
      choices: explicit ? choicesOnDemand : 1,
      indentation: indentationOf(document),
      endOfLine: endOfLineOf(document),
    };
  }

  /** The texts to show, null if there is no answer. A process that dies is told of elsewhere. */
  private async ask(request: CompletionRequest, token: vscode.CancellationToken): Promise<string[] | null> {
    const start = performance.now();
    try {
      const { items } = await this.inference.request(complete, request, token);
      this.debounce.answered(performance.now() - start);
      return items.map(({ text }) => text);
    } catch (error) {
      if (!(error instanceof Cancelled || error instanceof ProcessDied)) this.problems.tell(error);
      return null;
    }
  }
}

function toItem(text: string, range: vscode.Range): vscode.InlineCompletionItem {
  const command = { title: '', command: acceptedCommand, arguments: [text.length] };
  return new vscode.InlineCompletionItem(text, range, command);
}
