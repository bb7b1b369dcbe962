import * as vscode from 'vscode';
import { formatCount, formatShare } from '../../cli/format';
import type { PreviewResult } from '../../process/protocol';

// The words in which a preview is told: what a training would read, and what it leaves out and why.

/** One line: "37 files, 412,345 characters". */
export function summarizePreview({ files, characters }: PreviewResult): string {
  return files === 1
    ? vscode.l10n.t('1 file, {0} characters', formatCount(characters))
    : vscode.l10n.t('{0} files, {1} characters', formatCount(files), formatCount(characters));
}

/** One line: "C 92.0 %, Makefile 5.1 %, Shell 2.9 %". */
export function summarizeLanguages({ languages, characters }: PreviewResult, most = 4): string {
  const shown = languages.slice(0, most).map((row) => `${row.language} ${formatShare(row.characters / characters)}`);
  return languages.length > most ? `${shown.join(', ')} …` : shown.join(', ');
}

/** One line: "binary, or not UTF-8 (3), too large (1)"; empty when nothing is left out. */
export function summarizeExclusions({ excluded }: PreviewResult, most = 4): string {
  const shown = excluded.slice(0, most).map(({ reason, count }) => `${reason} (${formatCount(count)})`);
  return excluded.length > most ? `${shown.join(', ')} …` : shown.join(', ');
}

/** The whole preview as Markdown. */
export function describePreview(preview: PreviewResult): string {
  const lines = [`# ${vscode.l10n.t('What a training would read')}`, '', `${summarizePreview(preview)}.`, ''];
  lines.push(vscode.l10n.t('| language | files | characters |'), '| --- | ---: | ---: |');
  for (const { language, files, characters } of preview.languages) {
    lines.push(`| ${language} | ${formatCount(files)} | ${formatCount(characters)} |`);
  }
  if (preview.excluded.length > 0) {
    lines.push('', `# ${vscode.l10n.t('What is left out, and why')}`, '');
    lines.push(vscode.l10n.t('| why | how many | for example |'), '| --- | ---: | --- |');
    for (const { reason, count, examples } of preview.excluded) {
      const more = count > examples.length ? ', …' : '';
      lines.push(`| ${reason} | ${formatCount(count)} | ${examples.map(asCode).join(', ')}${more} |`);
    }
  }
  const settings = ['include', 'exclude', 'maxFileSize'].map((name) => `\`unreasonable.${name}\``);
  lines.push('', vscode.l10n.t('The settings {0}, {1} and {2} change this.', ...settings));
  return `${lines.join('\n')}\n`;
}

function asCode(path: string): string {
  return `\`${path.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
}
