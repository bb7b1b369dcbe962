// What a typed name may be, and which endings go with a language. Pure.

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

/** The known languages among some paths, the most frequent first. */
export function languagesOf(paths: readonly string[]): LanguageChoice[] {
  return Object.entries(endingsByLanguage)
    .map(([language, endings]) => ({
      language,
      endings,
      files: paths.filter((path) => endings.some((ending) => path.endsWith(ending))).length,
    }))
    .filter(({ files }) => files > 0)
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
