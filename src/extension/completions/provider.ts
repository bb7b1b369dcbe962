import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { reasonNotToAsk, TypingRhythm } from '../../model/completion/requestRules';
import { Cancelled, ProcessDied } from '../../process/errors';
import { type CompletionItem, type CompletionOptions, type CompletionRequest, complete } from '../../process/protocol';
import type { Inference } from '../models/inference';
import type { Problems } from '../problems';
import type { Settings } from '../settings';
import { documentsInWriting } from '../writing/stream';
import { isCompleted, isKnownTo } from './documents';
import { contextAt, elsewhereAt, endOfLineOf, indentationOf, suffixAt } from './documentText';
import type { Edits } from './edits';
import { acceptedCommand, type OnScreen } from './onScreen';

/** Choices for a person who asks by the command or its key. */
const choicesOnDemand = 3;

/** Ghost text: asks the inference process, and keeps showing what is typed through. */
export class CompletionProvider implements vscode.InlineCompletionItemProvider {
  private readonly rhythm = new TypingRhythm();
  /** Milliseconds that answers took lately. */
  private latency = 0;

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
    if (explicit) await this.inference.wake();
    if (!this.worksIn(document, explicit)) return [];
    const { selectedCompletionInfo: selected } = context;
    const request = this.requestFor(document, position, explicit, selected);
    const rest = explicit || selected ? null : this.onScreen.restAt(request);
    if (rest !== null) return toItems(rest, position);
    if (this.reasonNotToAsk(document, position, explicit) !== null) {
      this.onScreen.clear();
      return [];
    }
    if (!explicit) await this.pause();
    if (token.isCancellationRequested) return [];
    const elsewhere = elsewhereAt(document, selected?.range.start ?? position, position);
    const items = await this.ask({ ...request, elsewhere }, token);
    if (token.isCancellationRequested || items === null) return [];
    if (selected) this.onScreen.clear();
    else this.onScreen.show({ ...request, items }, document.offsetAt(position));
    return toItems(items, position, selected);
  }

  private worksIn(document: vscode.TextDocument, explicit: boolean): boolean {
    if (this.inference.model === null || !isCompleted(document) || documentsInWriting.has(document)) return false;
    if (explicit) return true;
    return isKnownTo(this.inference.pretrained, document) && this.settings.get('completion.enabled', document);
  }

  private reasonNotToAsk(document: vscode.TextDocument, position: vscode.Position, explicit: boolean): string | null {
    const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
    const selections = editor?.selections ?? [];
    return reasonNotToAsk({
      explicit,
      lineAfter: document.lineAt(position.line).text.slice(position.character),
      cursors: selections.length,
      hasSelection: selections.some(({ isEmpty }) => !isEmpty),
      lastChange: this.edits.lastOf(document),
    });
  }

  /** Waits for as long as somebody types faster than the model answers. */
  private async pause(): Promise<void> {
    this.rhythm.keystroke(performance.now());
    const delay = this.rhythm.delay(this.latency);
    if (delay > 0) await sleep(delay);
  }

  private requestFor(
    document: vscode.TextDocument,
    position: vscode.Position,
    explicit: boolean,
    selected: vscode.SelectedCompletionInfo | undefined,
  ): Omit<CompletionRequest, 'elsewhere'> {
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

  /** What to show, null if there is no answer. A process that dies is told of elsewhere. */
  private async ask(
    request: CompletionRequest,
    token: vscode.CancellationToken,
  ): Promise<readonly CompletionItem[] | null> {
    const start = performance.now();
    try {
      const { items } = await this.inference.request(complete, request, token);
      const taken = performance.now() - start;
      this.latency = this.latency === 0 ? taken : 0.8 * this.latency + 0.2 * taken;
      return items;
    } catch (error) {
      if (!(error instanceof Cancelled || error instanceof ProcessDied)) this.problems.tell(error);
      return null;
    }
  }
}

/** With an entry of the suggestion list in front, a completion goes on behind that entry. */
function toItems(
  items: readonly CompletionItem[],
  position: vscode.Position,
  selected?: vscode.SelectedCompletionInfo,
): vscode.InlineCompletionItem[] {
  const range = selected?.range ?? new vscode.Range(position, position);
  return items.map(({ text }) => {
    const command = { title: '', command: acceptedCommand, arguments: [text.length] };
    return new vscode.InlineCompletionItem(`${selected?.text ?? ''}${text}`, range, command);
  });
}
