import type * as vscode from 'vscode';

/** Documents with code in them; not those of the SCM, output, search and terminal views. */
export const completedSchemes = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell'] as const;

const skippedLanguages = new Set(['search-result', 'log', 'git-commit', 'git-rebase', 'scminput', 'Log']);

/** Whether a document is of a kind that is completed at all. */
export function isCompleted({ uri, languageId }: Pick<vscode.TextDocument, 'uri' | 'languageId'>): boolean {
  return (
    completedSchemes.includes(uri.scheme as (typeof completedSchemes)[number]) && !skippedLanguages.has(languageId)
  );
}
