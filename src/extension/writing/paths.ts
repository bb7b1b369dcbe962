import { languageOf } from '../../model/corpus/languages';

// Names of files that could be. Pure.

/** Ends of file names by the language identifiers of VS Code, for asking for a file by its language alone. */
const endingsByLanguage: Readonly<Record<string, readonly string[]>> = {
  c: ['.c', '.h'],
  cpp: ['.cpp', '.cc', '.cxx', '.hpp'],
  csharp: ['.cs'],
  css: ['.css'],
  dart: ['.dart'],
  go: ['.go'],
  haskell: ['.hs'],
  html: ['.html'],
  java: ['.java'],
  javascript: ['.js', '.mjs'],
  json: ['.json'],
  kotlin: ['.kt'],
  lua: ['.lua'],
  makefile: ['.mk'],
  markdown: ['.md'],
  perl: ['.pl'],
  php: ['.php'],
  python: ['.py'],
  r: ['.r'],
  ruby: ['.rb'],
  rust: ['.rs'],
  shellscript: ['.sh'],
  sql: ['.sql'],
  swift: ['.swift'],
  typescript: ['.ts'],
  yaml: ['.yaml', '.yml'],
};

/** A language that files of the workspace are in, with the ends of their names. */
export interface LanguageChoice {
  readonly language: string;
  readonly endings: readonly string[];
  readonly files: number;
}

/**
 * The known languages among some paths, the most frequent first.
 *
 * @param only these languages, whether there are files in them or not.
 */
export function languagesOf(paths: readonly string[], only?: readonly string[]): LanguageChoice[] {
  return Object.entries(endingsByLanguage)
    .map(([language, endings]) => ({
      language,
      endings,
      files: paths.filter((path) => endings.some((ending) => path.endsWith(ending))).length,
    }))
    .filter(({ language, files }) => (only === undefined ? files > 0 : only.includes(language)))
    .sort((a, b) => b.files - a.files);
}

/** A path as the model knows paths: relative, with slashes, without spaces around it; null if it can't be one. */
export function normalizePath(typed: string): string | null {
  const parts = typed
    .trim()
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  const impossible = parts.length === 0 || parts.includes('..') || /[\u0000-\u001f]/.test(typed);
  return impossible ? null : parts.join('/');
}

/** The language identifier that goes with the end of a name, undefined for an unknown one. */
export function languageOfPath(path: string): string | undefined {
  return Object.entries(endingsByLanguage).find(([, endings]) => endings.some((ending) => path.endsWith(ending)))?.[0];
}

/** The path itself for number 1, else with the number before the end of its name: "net/foo-2.c". */
export function numbered(path: string, number: number): string {
  if (number === 1) return path;
  const dot = path.lastIndexOf('.');
  const end = dot > path.lastIndexOf('/') + 1 ? dot : path.length;
  return `${path.slice(0, end)}-${number}${path.slice(end)}`;
}

/** Whether a path that a model made up could be that of a file: a young model makes up anything. */
export function isPlausible(path: string, known: readonly string[]): boolean {
  return /^[\w.+-]+(\/[\w.+-]+)*$/.test(path) && languageOf(path) !== undefined && !known.includes(path);
}

/**
 * Paths that are not there but could be: names of files in other folders, and then two names in one.
 *
 * @param known paths that exist.
 * @param endings the ends of names that are wanted, all where there are none.
 */
export function inventPaths(known: readonly string[], count: number, endings: readonly string[] = []): string[] {
  const isWanted = (path: string) =>
    languageOf(path) !== undefined && (endings.length === 0 || endings.some((ending) => path.endsWith(ending)));
  const sources = known.filter(isWanted);
  const folders = [...new Set(sources.map(folderOf))];
  const names = [...new Set(sources.map((path) => path.slice(folderOf(path).length)))];
  const moved = names.map((name, i) => `${folders[(i + 1) % folders.length]}${name}`);
  const stems = [...new Set(known.map((path) => path.slice(folderOf(path).length).split('.')[0]!))];
  const joined = names.map((name, i) => `${folders[i % folders.length]}${stems[(i + 1) % stems.length]}_${name}`);
  return [...new Set([...moved, ...joined])].filter((path) => !known.includes(path)).slice(0, count);
}

/** The folder of a path with its slash, empty at the top. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
