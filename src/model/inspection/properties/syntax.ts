import { extensionOf, languageOf } from '../../corpus/languages';

/** A kind of string: what opens and closes it. */
export interface StringSyntax {
  readonly open: string;
  readonly close: string;
  /** Whether it may go on over the end of a line. */
  readonly multiline: boolean;
}

/** As much of a language as it takes to tell comments and strings from code. */
export interface Syntax {
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  readonly strings: readonly StringSyntax[];
  /** Whether 'x' is a character, and a lone apostrophe nothing. */
  readonly characterLiterals: boolean;
}

const line = (quote: string): StringSyntax => ({ open: quote, close: quote, multiline: false });
const long = (open: string, close = open): StringSyntax => ({ open, close, multiline: true });
const cComment = ['/*', '*/'] as const;
const doubleQuotes = [line('"')];
const bothQuotes = [line('"'), line("'")];

/** The families that languages fall into; the first is for those that are not listed below. */
const families = {
  c: { lineComments: ['//'], blockComments: [cComment], strings: doubleQuotes, characterLiterals: true },
  script: {
    lineComments: ['//'],
    blockComments: [cComment],
    strings: [...bothQuotes, long('`')],
    characterLiterals: false,
  },
  hash: { lineComments: ['#'], blockComments: [], strings: bothQuotes, characterLiterals: false },
  python: {
    lineComments: ['#'],
    blockComments: [],
    strings: [long('"""'), long("'''"), ...bothQuotes],
    characterLiterals: false,
  },
  php: { lineComments: ['//', '#'], blockComments: [cComment], strings: bothQuotes, characterLiterals: false },
  style: { lineComments: [], blockComments: [cComment], strings: bothQuotes, characterLiterals: false },
  dashes: {
    lineComments: ['--'],
    blockComments: [
      ['--[[', ']]'],
      ['{-', '-}'],
    ],
    strings: [long('[[', ']]'), ...bothQuotes],
    characterLiterals: false,
  },
  sql: { lineComments: ['--'], blockComments: [cComment], strings: bothQuotes, characterLiterals: false },
  haskell: { lineComments: ['--'], blockComments: [['{-', '-}']], strings: doubleQuotes, characterLiterals: true },
  lisp: { lineComments: [';'], blockComments: [['#|', '|#']], strings: [long('"')], characterLiterals: false },
  percent: { lineComments: ['%'], blockComments: [], strings: doubleQuotes, characterLiterals: true },
  assembly: {
    lineComments: ['#', '//', ';'],
    blockComments: [cComment],
    strings: doubleQuotes,
    characterLiterals: true,
  },
  ocaml: { lineComments: [], blockComments: [['(*', '*)']], strings: doubleQuotes, characterLiterals: true },
  markup: { lineComments: [], blockComments: [['<!--', '-->']], strings: doubleQuotes, characterLiterals: true },
  fortran: { lineComments: ['!'], blockComments: [], strings: bothQuotes, characterLiterals: false },
} satisfies Record<string, Syntax>;

type Family = keyof typeof families;

/** By the names of `languageOf`. */
const familyOf: Readonly<Record<string, Family>> = {
  ...named('script', 'JavaScript', 'TypeScript', 'Svelte and Vue', 'Dart', 'Groovy and Gradle'),
  ...named('hash', 'CMake', 'Dockerfile', 'Elixir and Erlang', 'GraphQL', 'Kconfig', 'Makefile', 'Nim', 'Nix', 'Perl'),
  ...named('hash', 'PowerShell', 'R', 'Ruby', 'Shell', 'Tcl', 'TOML', 'YAML', 'Terraform'),
  ...named('python', 'Python', 'Starlark', 'Julia'),
  ...named('style', 'CSS'),
  ...named('php', 'PHP'),
  ...named('dashes', 'Lua'),
  ...named('sql', 'SQL'),
  ...named('haskell', 'Haskell', 'Elm'),
  ...named('lisp', 'Clojure', 'Lisp and Scheme'),
  ...named('percent', 'LaTeX'),
  ...named('assembly', 'Assembly'),
  ...named('ocaml', 'OCaml', 'F#', 'Pascal'),
  ...named('markup', 'HTML', 'Markdown', 'Text', 'reStructuredText'),
  ...named('fortran', 'Fortran'),
};

/** What comments and strings look like in a file of this name; as in C where it is not known. */
export function syntaxOf(path: string | null): Syntax {
  const language = path === null ? undefined : languageOf(path);
  if (language === undefined) return families.c;
  // Of Elixir and Erlang, which are one language here, the comments of Erlang begin with another sign.
  if (extensionOf(path!) === 'erl') return families.percent;
  return families[familyOf[language] ?? 'c'];
}

function named(family: Family, ...languages: string[]): Record<string, Family> {
  return Object.fromEntries(languages.map((language) => [language, family]));
}
