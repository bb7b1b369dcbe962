import { readFile, stat } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import { normaliseText } from '../../model/corpus/documents';
import { UserError } from '../../model/errors';
import { explainFileError } from '../../model/files/explainFileError';
import { formatBytes } from '../../model/format';
import type { EmbeddedInspection } from '../../model/inspection/embedded';
import { type InspectedTexts, inspectTexts } from '../../model/inspection/inspection';
import { InspectionReader } from '../../model/inspection/reader';
import { readReferenceTexts } from '../../model/inspection/referenceTexts';
import { reportCells, reportFindings, reportText, toBase64 } from '../../model/inspection/report';
import type { FindingsReport } from '../../model/inspection/wire';
import { modelName } from '../../model/lstm/modelName';
import type { Model } from '../../model/onnx/modelFile';

export interface InspectionRequest {
  readonly file: string;
  /** The name of the document as the model shall see it; by default that below `data`, or the file's own. */
  readonly path?: string | undefined;
  /** A folder with more text to find cells on. */
  readonly data?: string | undefined;
  /** Of the folder. */
  readonly dataCharacters: number;
}

/** What was read, and the same as a page has it. */
export interface FileInspection {
  readonly texts: InspectedTexts;
  readonly page: EmbeddedInspection;
}

export type InspectionStage = 'reading' | 'readingData' | 'finding';

/** Bytes of what all cells did that a page takes along: 5,859 characters of 2 × 512 cells. */
const pageBytes = 6_000_000;

/** Bytes; far from what fits one string, and far beyond what is read. */
const largestFile = 2 ** 28;

/**
 * Reads a file with a model and finds out what its cells do.
 *
 * @throws UserError when the file can't be read or is no text.
 */
export async function inspectFile(
  model: Model,
  request: InspectionRequest,
  onProgress: (stage: InspectionStage, share: number) => void,
): Promise<FileInspection> {
  const text = await readText(request.file);
  const reader = new InspectionReader(model);
  const progress = (stage: InspectionStage) => ({
    onProgress: (done: number, total: number) => onProgress(stage, done / total),
  });
  try {
    const document = { path: pathOf(request), text };
    const texts = await inspectTexts(reader, model, [document], progress('reading'));
    const references = await readData(reader, model, request, progress('readingData'));
    onProgress('finding', 0);
    return { texts, page: pageOf(model, texts, await reportFindings(texts, references)) };
  } finally {
    await reader.dispose();
  }
}

function pageOf(model: Model, texts: InspectedTexts, findings: FindingsReport): EmbeddedInspection {
  const { store } = texts;
  const [first] = texts.texts;
  const windowLength = Math.min(store.length, Math.floor(pageBytes / store.cells));
  const found = new Set(findings.findings.flatMap(({ cells }) => cells.map(({ cell }) => cell)));
  return {
    model: modelName(model.configuration),
    text: reportText(first!, model),
    cells: reportCells(texts, model),
    findings,
    window: toBase64(store.window(0, windowLength)),
    windowLength,
    rows: Object.fromEntries([...found].map((cell) => [cell, toBase64(store.row(cell))])),
  };
}

async function readData(
  reader: InspectionReader,
  model: Model,
  { data, dataCharacters }: InspectionRequest,
  progress: { onProgress: (done: number, total: number) => void },
): Promise<InspectedTexts | null> {
  if (data === undefined) return null;
  const isFolder = await stat(data).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      throw explainFileError(error, `${data} was not read`);
    },
  );
  if (!isFolder) throw new UserError(`${data} is no folder: give one with files to find cells on.`);
  const documents = await readReferenceTexts([data], { mostCharacters: dataCharacters });
  if (documents.length === 0) throw new UserError(`There is no source code in ${data}: give another folder.`);
  return inspectTexts(reader, model, documents, { ...progress, mostCharacters: dataCharacters });
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file).catch((error: unknown) => {
    throw explainFileError(error, `${file} was not read`);
  });
  if (size > largestFile) {
    throw new UserError(
      `${file} has ${formatBytes(size)}, of which no model would read all: name a smaller part of it.`,
    );
  }
  const bytes = await readFile(file).catch((error: unknown) => {
    throw explainFileError(error, `${file} was not read`);
  });
  if (bytes.includes(0)) throw new UserError(`${file} is not text in UTF-8: name a text file, or convert it.`);
  const text = bytes.toString('utf8');
  // A byte order mark alone is no text either.
  if (normaliseText(text) === '') throw new UserError(`${file} is empty: name a file with text in it.`);
  return text;
}

function pathOf({ file, path, data }: InspectionRequest): string {
  if (path !== undefined) return path;
  const inData = data === undefined ? '..' : relative(resolve(data), resolve(file));
  return inData.startsWith('..') ? basename(file) : inData;
}
