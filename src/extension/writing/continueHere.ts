import * as vscode from 'vscode';
import { UserError } from '../../model/errors';
import type { SampleResult } from '../../process/protocol';
import type { Inference } from '../models/inference';
import type { Settings } from '../settings';
import { drawSeed, streamInto } from './stream';

const defaultLength = 600;
/** UTF-16 units before the cursor that the model is given. */
const primeLength = 4000;

export interface ContinueRequest {
  readonly seed?: number;
  readonly temperature?: number;
  readonly length?: number;
}

/** Lets the model write on at the cursor. */
export async function continueHere(
  inference: Inference,
  settings: Settings,
  request: ContinueRequest = {},
): Promise<SampleResult | null> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) throw new UserError(vscode.l10n.t('There is no editor to write in: open a file.'));
  const { document, selection } = editor;
  const position = selection.active;
  const start = document.positionAt(Math.max(0, document.offsetAt(position) - primeLength));
  const prime = document.getText(new vscode.Range(start, position)).replaceAll('\r\n', '\n');
  const temperature = request.temperature ?? settings.get('temperature', document);
  const seed = request.seed ?? drawSeed();
  const title = vscode.l10n.t('Writing on (temperature {0}, seed {1})', temperature, seed);
  const path = vscode.workspace.asRelativePath(document.uri);
  const length = request.length ?? defaultLength;
  return streamInto(inference, document, position, { title, path, prime, temperature, seed, length });
}
