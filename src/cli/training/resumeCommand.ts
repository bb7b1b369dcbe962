import type { TrainOptions } from '../../model/training/options';

/**
 * The command that goes on with a training. The checkpoint knows the settings; what the command has to say again is where
 * the text is and what does the work.
 */
export function resumeCommand(options: TrainOptions): string {
  const words = ['npx', 'unreasonable', 'train', ...[options.source].flat(), '--out', options.out, '--resume'];
  if (options.backend !== undefined) words.push('--backend', options.backend);
  for (const pattern of options.include ?? []) words.push('--include', pattern);
  for (const pattern of options.exclude ?? []) words.push('--exclude', pattern);
  return words.map(quoteForShell).join(' ');
}

/** Quotes a word for a POSIX shell when it needs it. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
