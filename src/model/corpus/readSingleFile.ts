import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../errors';
import { holdsSecret, largestBrokenShare } from './contentFilters';
import { printable } from './documents';
import { createNameFilter } from './nameFilters';
import { type CorpusSettings, throttleProgress } from './options';
import { type CollectedText, reserveText } from './readFolder';
import type { TextBuffer } from './textBuffer';

const chunkSize = 1 << 20;

/**
 * Reads one file that was named expressly, so that its kind, size and lines don't matter: plain text without head and
 * tail, in pieces, so that even a file as large as the memory allows is held only once.
 *
 * @throws UserError when it is empty, binary, or may hold a secret.
 */
export async function readSingleFile(path: string, size: number, settings: CorpusSettings): Promise<CollectedText> {
  const name = printable(path);
  if (size === 0) throw new UserError(`${name} is empty: name a file with text in it.`);
  if (createNameFilter()(basename(path)) === 'secret') throw secret(name);
  const text = reserveText(path, size);
  const bytes = await readInPieces(path, size, settings, text);
  if (text.replacements > bytes * largestBrokenShare) throw notText(name);
  if (holdsSecret(text.text)) throw secret(name);
  text.endDocument(basename(path));
  return { text, splits: undefined, bytes, excluded: [] };
}

async function readInPieces(path: string, size: number, settings: CorpusSettings, text: TextBuffer): Promise<number> {
  const progress = throttleProgress(settings.onProgress);
  const chunk = Buffer.allocUnsafeSlow(Math.min(size, chunkSize));
  const file = await open(path);
  try {
    let held = 0;
    let position = 0;
    let isLast = false;
    while (!isLast) {
      settings.signal?.throwIfAborted();
      const isFirst = position === 0;
      const wanted = Math.min(chunk.length - held, size - position);
      const { bytesRead } = await file.read(chunk, held, wanted, position);
      position += bytesRead;
      isLast = bytesRead === 0 || position === size;
      const piece = chunk.subarray(0, held + bytesRead);
      if (piece.includes(0)) throw notText(printable(path));
      const consumed = text.append(piece, isFirst, isLast);
      held = piece.length - consumed;
      chunk.copyWithin(0, consumed, piece.length);
      progress({ phase: 'reading', files: isLast ? 1 : 0, bytes: position, totalFiles: 1, totalBytes: size }, isLast);
    }
    return position;
  } finally {
    await file.close();
  }
}

function notText(name: string): UserError {
  return new UserError(`${name} is not text in UTF-8: name a text file, or convert it.`);
}

function secret(name: string): UserError {
  return new UserError(
    `${name} may hold a secret, which a model would repeat: name a file without keys and passwords.`,
  );
}
