import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { UserError } from '../errors';
import type { Corpus, TokenStream } from './corpus';
import { printable } from './documents';
import { type EncodedText, encodeText } from './encode';
import { type CorpusOptions, type CorpusSettings, completeOptions } from './options';
import { type CollectedText, nameRoots, readFolders } from './readFolder';
import { readSingleFile } from './readSingleFile';
import { type CorpusReport, countLanguages } from './report';
import { cutByPosition, type Split, splitNames } from './split';
import { Vocabulary } from './vocabulary';

type Ranges = Readonly<Record<Split, readonly [from: number, to: number]>>;

/**
 * Reads a folder of source code, or several, or a single text file, into tokens. Where there are several folders, the
 * path of a document begins with the name of its folder.
 *
 * The text of a folder is held once, with its tokens in the same place as long as they fit a byte, and a few megabytes
 * for reading and bookkeeping come on top. Tokens of two bytes are written beside the text.
 *
 * @throws UserError when there is nothing to read, or options are out of range. A text may still be too short to train
 *   on: that depends on the trainer's settings.
 */
export async function prepareCorpus(source: string | readonly string[], options: CorpusOptions = {}): Promise<Corpus> {
  const settings = completeOptions(options);
  const paths = [source].flat();
  const collected = await collect(paths, settings);
  const { text, bytes, excluded } = collected;
  const files = text.documents.length;
  options.onProgress?.({ phase: 'encoding', files, bytes, totalFiles: files, totalBytes: bytes });
  const counts = text.characterCounts();
  const vocabulary = options.vocabulary ?? makeVocabulary(counts, options);
  const encoded = await encodeText(text, vocabulary, options.signal);
  const splits = cut(encoded, rangesOf(encoded, collected, settings.fractions));
  const report: CorpusReport = {
    root: printable(paths.join(', ')),
    files,
    bytes,
    characters: encoded.tokens.length,
    vocabularySize: vocabulary.size,
    unknownCharacters: countUnknown(counts, vocabulary),
    languages: countLanguages(encoded.documents),
    splits: mapSplits((split) => {
      const { documents, tokens } = splits[split];
      return { documents: documents.length, characters: tokens.length };
    }),
    excluded,
  };
  return { vocabulary, splits, report };
}

function makeVocabulary(counts: ReadonlyMap<number, number>, { baseVocabulary }: CorpusOptions): Vocabulary {
  const own = Vocabulary.fromCounts(counts);
  return baseVocabulary === undefined ? own : baseVocabulary.including(own);
}

async function collect(paths: readonly string[], settings: CorpusSettings): Promise<CollectedText> {
  const found = await Promise.all(paths.map(look));
  const file = found.findIndex(({ isFolder }) => !isFolder);
  if (file === -1) return readFolders(nameRoots(paths), settings);
  if (paths.length > 1) {
    throw new UserError(`${printable(paths[file]!)} is no folder: only folders can be read together.`);
  }
  return readSingleFile(paths[0]!, found[0]!.size, settings);
}

/** @throws UserError when there is no such file or folder, or it can't be read. */
async function look(path: string): Promise<{ isFolder: boolean; size: number }> {
  try {
    const found = await stat(path);
    if (!found.isDirectory() && !found.isFile()) {
      throw new UserError(`${printable(path)} is neither a file nor a folder: name one of these.`);
    }
    await access(path, found.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    return { isFolder: found.isDirectory(), size: found.size };
  } catch (error) {
    throw explain(error, printable(path));
  }
}

function explain(error: unknown, name: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UserError(`There is no file or folder ${name}: check the path.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UserError(`You have no permission to read ${name}: change that or name another.`, { cause: error });
  }
  if (code === 'ELOOP') return new UserError(`${name} is a symbolic link that leads in a circle: name another.`);
  return error;
}

/** Which tokens belong to which split. */
function rangesOf(encoded: EncodedText, { splits }: CollectedText, fractions: Record<Split, number>): Ranges {
  const { tokens, documents } = encoded;
  if (splits === undefined) return cutByPosition(tokens.length, fractions);
  let from = 0;
  return mapSplits((split) => {
    const last = documents[splits.lastIndexOf(split)];
    const to = last === undefined ? from : last.start + last.length;
    const range = [from, to] as const;
    from = to;
    return range;
  });
}

/** Views of the tokens; a document that lies across a border is in both splits, each with its part. */
function cut({ tokens, documents }: EncodedText, ranges: Ranges): Record<Split, TokenStream> {
  return mapSplits((split) => {
    const [from, to] = ranges[split];
    const parts = documents.flatMap(({ path, start, length }) => {
      const first = Math.max(start, from);
      const end = Math.min(start + length, to);
      return end > first ? [{ path, start: first - from, length: end - first }] : [];
    });
    return { tokens: tokens.subarray(from, to), documents: parts };
  });
}

function countUnknown(counts: ReadonlyMap<number, number>, vocabulary: Vocabulary): number {
  let unknown = 0;
  for (const [codePoint, count] of counts) {
    if (vocabulary.idOf(codePoint) === Vocabulary.unknown) unknown += count;
  }
  return unknown;
}

function mapSplits<T>(value: (split: Split) => T): Record<Split, T> {
  const [train, validation, test] = splitNames.map(value) as [T, T, T];
  return { train, validation, test };
}
