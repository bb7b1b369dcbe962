import type * as vscode from 'vscode';
import { createNameFilter } from '../../model/corpus/nameFilters';

/** Documents with code in them; not those of the SCM, output, search and terminal views. */
export const completedSchemes = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell'] as const;

const skippedLanguages = new Set(['search-result', 'log', 'git-commit', 'git-rebase', 'scminput']);

const nameFilter = createNameFilter();

/**
 * Whether a document is of a kind that is completed at all: none of those that training leaves out by their names, such
 * as files with secrets and lock files.
 */
export function isCompleted({ uri, languageId }: Pick<vscode.TextDocument, 'uri' | 'languageId'>): boolean {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const isKnown = completedSchemes.includes(uri.scheme as (typeof completedSchemes)[number]);
  return isKnown && !skippedLanguages.has(languageId) && (name === '' || nameFilter(name) === undefined);
}
