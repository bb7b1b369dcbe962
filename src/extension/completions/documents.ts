import type * as vscode from 'vscode';
import { languageOf } from '../../model/corpus/languages';
import { createNameFilter } from '../../model/corpus/nameFilters';
import type { PretrainedModel } from '../../model/pretrained';

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

/**
 * Whether a model completes a document by itself: one that was trained or chosen here any document, one that came with
 * the extension only those in its languages.
 *
 * @param pretrained null for a model that was trained or chosen here.
 */
export function isKnownTo(
  pretrained: PretrainedModel | null,
  { uri, languageId }: Pick<vscode.TextDocument, 'uri' | 'languageId'>,
): boolean {
  if (pretrained === null || pretrained.languageIds.includes(languageId)) return true;
  return pretrained.languages.includes(languageOf(uri.path) ?? '');
}
