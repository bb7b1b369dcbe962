import type { TrainOptions } from './contract';

/**
 * The command that goes on with a training. The checkpoint knows the model and the schedule; what the command has to
 * say again is where the text is and what does the work.
 */
export function resumeCommand(options: TrainOptions): string {
  const words = ['npx', 'unreasonable', 'train', options.source, '--out', options.out, '--resume'];
  const repeat = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(flag, String(value));
  };
  repeat('--train-fraction', options.trainFraction);
  repeat('--validation-fraction', options.validationFraction);
  repeat('--backend', options.backend);
  repeat('--threads', options.threads);
  for (const glob of options.include ?? []) repeat('--include', glob);
  for (const glob of options.exclude ?? []) repeat('--exclude', glob);
  return words.map(quoteForShell).join(' ');
}

/** Quotes a word for a POSIX shell when it needs it. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
