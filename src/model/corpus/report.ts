import { printable } from './documents';
import { type ExclusionReason, exclusionReasons } from './exclusion';
import { extensionOf, languageOf } from './languages';
import { type Split, splitNames } from './split';

/** What was read and what not, and why. Plain JSON. */
export interface CorpusReport {
  /** The folder or file as it was named, but for control characters. */
  readonly root: string;
  readonly files: number;
  /** Bytes of the files that were read. */
  readonly bytes: number;
  /** Tokens of all splits: the characters of the texts, and of heads and tails where documents have them. */
  readonly characters: number;
  readonly vocabularySize: number;
  /** Tokens that are the unknown character. */
  readonly unknownCharacters: number;
  /** Most characters first. */
  readonly languages: readonly LanguageCount[];
  readonly splits: Readonly<Record<Split, { readonly documents: number; readonly characters: number }>>;
  /** In the order of the filters. */
  readonly excluded: readonly Exclusion[];
}

export interface LanguageCount {
  /** The name of the language, or for other files the extension with a dot. */
  readonly language: string;
  readonly files: number;
  readonly characters: number;
}

export interface Exclusion {
  readonly reason: ExclusionReason;
  /** Files and folders; a folder counts once, whatever is in it. */
  readonly count: number;
  /** The first few paths; those of folders end with a slash. */
  readonly examples: readonly string[];
}

const mostExamples = 5;

/** Counts exclusions while a folder is walked and read. */
export class ExclusionCounter {
  private readonly found = new Map<ExclusionReason, { count: number; examples: string[] }>();

  add(reason: ExclusionReason, path: string): void {
    const entry = this.found.get(reason) ?? { count: 0, examples: [] };
    entry.count++;
    if (entry.examples.length < mostExamples) entry.examples.push(printable(path));
    this.found.set(reason, entry);
  }

  toJSON(): Exclusion[] {
    const reasons = Object.keys(exclusionReasons) as ExclusionReason[];
    return reasons.flatMap((reason) => {
      const entry = this.found.get(reason);
      return entry === undefined ? [] : [{ reason, ...entry }];
    });
  }
}

/** Sums characters and files by language, most characters first. */
export function countLanguages(
  documents: Iterable<{ readonly path: string; readonly length: number }>,
): LanguageCount[] {
  const counts = new Map<string, { files: number; characters: number }>();
  for (const { path, length } of documents) {
    const language = languageOf(path) ?? `.${extensionOf(path)}`;
    const { files, characters } = counts.get(language) ?? { files: 0, characters: 0 };
    counts.set(language, { files: files + 1, characters: characters + length });
  }
  return [...counts]
    .map(([language, count]) => ({ language, ...count }))
    .sort((a, b) => b.characters - a.characters || (a.language < b.language ? -1 : 1));
}

/** A report as lines of text for people, for a terminal or a preview. */
export function formatReport(report: CorpusReport): string {
  const { files, characters, vocabularySize, unknownCharacters } = report;
  const lines = [
    `${report.root}: ${number(files)} ${files === 1 ? 'file' : 'files'}, ${number(characters)} characters, ` +
      `a vocabulary of ${number(vocabularySize)} (${percent(unknownCharacters, characters)} of the text unknown)`,
    '',
    'Read',
    ...table(report.languages.map((row) => [row.language, number(row.files), number(row.characters)])),
    '',
    'Split',
    ...table(
      splitNames.map((split) => {
        const { documents, characters: length } = report.splits[split];
        return [split, number(documents), number(length), percent(length, characters)];
      }),
    ),
  ];
  if (report.excluded.length > 0) lines.push('', 'Left out', ...formatExclusions(report.excluded));
  return lines.join('\n');
}

function formatExclusions(excluded: readonly Exclusion[]): string[] {
  const rows = table(excluded.map(({ reason, count }) => [exclusionReasons[reason], number(count)]));
  return rows.map((row, i) => {
    const { count, examples } = excluded[i]!;
    return `${row}  ${examples.join(', ')}${count > examples.length ? ', …' : ''}`;
  });
}

/** Aligns the first column to the left and the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
    return `  ${cells.join('  ')}`;
  });
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Number(((100 * part) / whole).toPrecision(2))} %`;
}
