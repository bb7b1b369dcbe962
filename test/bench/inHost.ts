import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { CompletionResult } from '../../src/process/protocol';
import { openExtension, run as runCommand, until, workspaceFolder } from '../extension/suite/api';

/** What one call of the provider took, in milliseconds. */
export interface Call {
  /** From the call to its result. */
  readonly total: number;
  /** Of it, waiting for the answer of the model process; 0 where ghost text was typed through and none was asked. */
  readonly request: number;
  /** Of that, inside the model process. */
  readonly process: number;
  /** In the model process, until a text that is read in the background lets it begin. */
  readonly waiting: number;
  /** In the model process, for reading. */
  readonly priming: number;
  /** Characters of ghost text. */
  readonly length: number;
}

/** What the program outside asks for, as JSON in UNREASONABLE_BENCH. */
export interface BenchTask {
  /** A model file or its folder; null trains one. */
  readonly model: string | null;
  /** How long to train it. */
  readonly minutes: number;
  readonly hiddenSize: number;
  /** Files of the workspace to type in. */
  readonly files: readonly string[];
  /** Keystrokes that are measured in each. */
  readonly keystrokes: number;
}

export interface BenchResult {
  readonly model: { readonly numLayers: number; readonly hiddenSize: number; readonly precision: string | null };
  /** One call for each key typed, the state being warm. */
  readonly typing: readonly Call[];
  /** The first call in each document, asked for as soon as it was opened. */
  readonly opening: readonly Call[];
}

/** A call that asked the model process nothing. */
const nothing = { request: 0, process: 0, waiting: 0, priming: 0 };

/** Milliseconds between keys: fast typing. */
const pause = 60;

/** Called by the extension host. */
export async function run(): Promise<void> {
  const task: BenchTask = JSON.parse(process.env.UNREASONABLE_BENCH ?? '');
  const { provider, inference } = await openExtension();
  if (task.model !== null) await runCommand('chooseModel', task.model);
  else {
    const { minutes, hiddenSize } = task;
    await runCommand('trainOnWorkspace', { minutes, hiddenSize, numLayers: 2, backend: 'onnx', seed: 1 });
  }
  await until('the model', () => inference.model?.precision != null);

  // The measuring points: the provider's call from outside, and its one request by a wrapper around that.
  let asked = nothing;
  const request = inference.request.bind(inference);
  inference.request = async (type, params, token) => {
    const start = performance.now();
    const answer = await request(type, params, token);
    const { milliseconds } = answer as unknown as CompletionResult;
    const { total: process = 0, waiting = 0, priming = 0 } = milliseconds ?? {};
    asked = { request: performance.now() - start, process, waiting, priming };
    return answer;
  };
  const call = async (document: vscode.TextDocument, position: vscode.Position): Promise<Call> => {
    asked = nothing;
    const source = new vscode.CancellationTokenSource();
    const context = { triggerKind: vscode.InlineCompletionTriggerKind.Automatic, selectedCompletionInfo: undefined };
    const start = performance.now();
    const found = await provider.provideInlineCompletionItems(document, position, context as never, source.token);
    const total = performance.now() - start;
    const [item] = Array.isArray(found) ? found : [];
    return { total, ...asked, length: item === undefined ? 0 : String(item.insertText).length };
  };

  const typing: Call[] = [];
  const opening: Call[] = [];
  for (const name of task.files) {
    const uri = vscode.Uri.joinPath(workspaceFolder(), name);
    const text = readFileSync(uri.fsPath, 'utf8').replaceAll('\r\n', '\n');
    const half = Math.floor(text.length / 2);
    const typed = text.slice(half, half + task.keystrokes);
    // A document of its own, for VS Code asks by itself for the one that is shown. It stays open: the next would get its
    // name and with it what is known of its last change.
    const document = await vscode.workspace.openTextDocument({ language: 'c', content: text.slice(0, half) });
    const editor = await vscode.window.showTextDocument(document);
    opening.push(await call(document, document.positionAt(half)));
    await sleep(1000);
    for (const [index, character] of [...typed].entries()) {
      const end = document.positionAt(half + index);
      await editor.edit((edit) => edit.insert(end, character), { undoStopBefore: false, undoStopAfter: false });
      typing.push(await call(document, document.positionAt(half + index + 1)));
      await sleep(pause);
    }
  }
  const { numLayers, hiddenSize } = inference.model!.configuration;
  const result: BenchResult = {
    model: { numLayers, hiddenSize, precision: inference.model!.precision },
    typing,
    opening,
  };
  writeFileSync(process.env.UNREASONABLE_BENCH_RESULT ?? '', JSON.stringify(result));
}
