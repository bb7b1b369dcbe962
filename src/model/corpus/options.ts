import { UserError } from '../errors';
import { checkFractions, defaultFractions, type Fractions } from './split';
import type { Vocabulary } from './vocabulary';

export interface CorpusOptions {
  /** Shares of train, validation and test; by default 0.9, 0.05 and 0.05. */
  readonly fractions?: Fractions;
  /** Which files of a folder to read, as .gitignore patterns; by default the names and extensions of source code. */
  readonly include?: readonly string[];
  /** Files and folders to leave out besides the usual ones, as .gitignore patterns. */
  readonly exclude?: readonly string[];
  /** Whether to leave out what .gitignore files say; by default they count. */
  readonly useGitignore?: boolean;
  /** Bytes; larger files of a folder are left out; by default 1,000,000. */
  readonly maxFileSize?: number;
  /** Encodes with the vocabulary of a model that exists instead of making one. */
  readonly vocabulary?: Vocabulary;
  /** Makes a vocabulary of these characters and, behind them, those of the text that they lack. */
  readonly baseVocabulary?: Vocabulary;
  readonly onProgress?: (progress: CorpusProgress) => void;
  /** Stops the work; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface CorpusProgress {
  /** Looking for files, reading them, turning their text into tokens. */
  readonly phase: 'finding' | 'reading' | 'encoding';
  /** Files found or read so far, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** All files and bytes, once they have been found; before that the same as `files` and `bytes`. */
  readonly totalFiles: number;
  readonly totalBytes: number;
}

/** {@link CorpusOptions} with defaults filled in. */
export interface CorpusSettings extends CorpusOptions {
  readonly fractions: Fractions;
  readonly maxFileSize: number;
}

export const defaultMaxFileSize = 1e6;

/** Which files of a source a person wants read; what is undefined is left to the defaults. */
export type SourceChoice = { readonly [K in 'include' | 'exclude' | 'maxFileSize']?: CorpusOptions[K] | undefined };

/** A choice of files without undefined members, as checkpoints keep it. */
export type FileChoice = Pick<CorpusOptions, keyof SourceChoice>;

/** The choice alone, of whatever it is a part of, as options for {@link prepareCorpus}. */
export function corpusOptionsOf({ include, exclude, maxFileSize }: SourceChoice): FileChoice {
  return {
    ...(include !== undefined && { include }),
    ...(exclude !== undefined && { exclude }),
    ...(maxFileSize !== undefined && { maxFileSize }),
  };
}

/** @throws UserError when an option is out of range. */
export function completeOptions(options: CorpusOptions): CorpusSettings {
  const { fractions = defaultFractions, maxFileSize = defaultMaxFileSize, include = [], exclude = [] } = options;
  checkFractions(fractions);
  if (!(maxFileSize >= 1))
    throw new UserError(`The largest file size is ${maxFileSize}: give a number of bytes above 0.`);
  const braces = [...include, ...exclude].find((pattern) => /\{.*,.*\}/.test(pattern));
  if (braces !== undefined) {
    throw new UserError(`"${braces}" is no .gitignore pattern: write a pattern for each choice instead of braces.`);
  }
  return { ...options, fractions, maxFileSize };
}

/** Passes on one call in 50 ms, so that progress costs nothing, and every call that is `final`. */
export function throttleProgress(
  report: CorpusOptions['onProgress'],
): (progress: CorpusProgress, final?: boolean) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress, final = false) => {
    const now = performance.now();
    if (report === undefined || (!final && now - last < 50)) return;
    last = now;
    report(progress);
  };
}
