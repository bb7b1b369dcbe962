import { randomInt } from 'node:crypto';
import * as vscode from 'vscode';
import { Cancelled } from '../../process/errors';
import { type SampleChunk, type SampleParams, type SampleResult, sample, sampleProgress } from '../../process/protocol';
import type { Inference } from '../models/inference';
import { DocumentWriter } from './documentWriter';

/** Documents that are being written to: ghost text keeps out of them. */
export const documentsInWriting = new Set<vscode.TextDocument>();

export interface StreamRequest extends Omit<SampleParams, 'progressToken' | 'seed' | 'stopAt' | 'unknownCharacters'> {
  readonly title: string;
  readonly seed: number;
}

/** A seed that a person can type again. */
export function drawSeed(): number {
  return randomInt(1_000_000);
}

/**
 * Lets the model write into a document, with progress and Cancel, which keeps what is there already.
 *
 * @returns null when it was cancelled.
 */
export async function streamInto(
  inference: Inference,
  document: vscode.TextDocument,
  position: vscode.Position,
  { title, ...params }: StreamRequest,
): Promise<SampleResult | null> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const writer = new DocumentWriter(document, position, (characters) =>
      progress.report({ message: vscode.l10n.t('{0} characters', characters) }),
    );
    documentsInWriting.add(document);
    try {
      return await stream(inference, writer, params, token);
    } finally {
      writer.dispose();
      documentsInWriting.delete(document);
    }
  });
}

async function stream(
  inference: Inference,
  writer: DocumentWriter,
  params: Omit<StreamRequest, 'title'>,
  token: vscode.CancellationToken,
): Promise<SampleResult | null> {
  const subscription = token.onCancellationRequested(() => writer.drop());
  try {
    // What is in the document or in the path is there, whether or not the model has seen such characters.
    const request = { ...params, unknownCharacters: 'read', stopAt: 'document' } as const;
    const onChunk = ({ text }: SampleChunk) => {
      if (!token.isCancellationRequested) writer.write(text);
    };
    const result = await inference.requestWithProgress(sample, request, sampleProgress, onChunk, token);
    await writer.flush();
    return token.isCancellationRequested ? null : result;
  } catch (error) {
    if (error instanceof Cancelled) return null;
    throw error;
  } finally {
    await writer.flush();
    subscription.dispose();
  }
}
