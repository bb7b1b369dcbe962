/** What counts as source code: each language with its file extensions and the names of its files without one. */
const table: readonly (readonly [language: string, extensions: string, names?: string])[] = [
  ['Assembly', 's asm nasm'],
  ['C', 'c h'],
  ['C#', 'cs csx'],
  ['C++', 'cc cpp cxx hh hpp hxx ipp tpp inl'],
  ['Clojure', 'clj cljs cljc edn'],
  ['CMake', 'cmake', 'CMakeLists.txt'],
  ['CSS', 'css scss sass less'],
  ['CUDA and shaders', 'cu cuh cl glsl vert frag comp hlsl metal wgsl'],
  ['D', 'd'],
  ['Dart', 'dart'],
  ['Device tree', 'dts dtsi'],
  ['Dockerfile', 'dockerfile', 'Dockerfile Containerfile'],
  ['Elixir and Erlang', 'ex exs erl hrl'],
  ['Elm', 'elm'],
  ['F#', 'fs fsi fsx'],
  ['Fortran', 'f f77 f90 f95 f03 f08 for'],
  ['Go', 'go'],
  ['GraphQL', 'graphql gql'],
  ['Groovy and Gradle', 'groovy gradle', 'Jenkinsfile'],
  ['Haskell', 'hs lhs'],
  ['HTML', 'html htm xhtml'],
  ['Java', 'java'],
  ['JavaScript', 'js jsx mjs cjs'],
  ['Julia', 'jl'],
  ['Kconfig', 'kconfig', 'Kconfig'],
  ['Kotlin', 'kt kts'],
  ['LaTeX', 'tex sty cls bib'],
  ['Lisp and Scheme', 'lisp lsp el scm ss rkt'],
  ['Lua', 'lua'],
  ['Makefile', 'mk mak', 'Makefile GNUmakefile Kbuild'],
  ['Markdown', 'md mdx markdown'],
  ['Nim', 'nim'],
  ['Nix', 'nix'],
  ['Objective-C and MATLAB', 'm mm'],
  ['OCaml', 'ml mli'],
  ['Pascal', 'pas pp'],
  ['Perl', 'pl pm t'],
  ['PHP', 'php'],
  ['PowerShell', 'ps1 psm1 psd1'],
  ['Protocol Buffers', 'proto'],
  ['Python', 'py pyi pyx pxd'],
  ['R', 'r'],
  ['reStructuredText', 'rst'],
  ['Ruby', 'rb rake', 'Rakefile Gemfile'],
  ['Rust', 'rs'],
  ['Scala', 'scala sc sbt'],
  ['Shell', 'sh bash zsh fish'],
  ['Solidity', 'sol'],
  ['SQL', 'sql'],
  ['Starlark', 'bzl bazel', 'BUILD WORKSPACE'],
  ['Svelte and Vue', 'svelte vue astro'],
  ['Swift', 'swift'],
  ['Tcl', 'tcl'],
  ['Terraform', 'tf hcl'],
  ['Text', 'txt adoc org', 'README'],
  ['TOML', 'toml'],
  ['TypeScript', 'ts tsx mts cts'],
  ['Verilog and VHDL', 'v vh sv svh vhd vhdl'],
  ['Vim script', 'vim'],
  ['Visual Basic', 'vb'],
  ['YAML', 'yaml yml'],
  ['Yacc and Lex', 'y yy l ll'],
  ['Zig', 'zig'],
];

const byExtension = new Map<string, string>();
const byName = new Map<string, string>();
for (const [language, extensions, names] of table) {
  for (const extension of extensions.split(' ')) byExtension.set(extension, language);
  for (const name of names?.split(' ') ?? []) byName.set(name.toLowerCase(), language);
}

/** The language of a file by its name, whatever its case; undefined when it isn't known as source code. */
export function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return byName.get(name) ?? byExtension.get(extensionOf(name));
}

/** What follows the last dot of a file's name, in lower case; empty without a dot or after a leading one. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}
