import { type Command, CommanderError } from 'commander';
import { UserError } from '../model/errors';

/** What the CLI exits with; scripts rely on it. */
export const exitCodes = {
  ok: 0,
  /** Something that the person can mend: one sentence on stderr. */
  userError: 1,
  /** Options that don't parse or contradict each other. */
  usageError: 2,
  /** A mistake of ours: the stack on stderr. */
  bug: 70,
  /** Ended by Ctrl+C, with everything saved. */
  interrupted: 130,
} as const;

/** Parses the command line, runs the command and sets the exit code. Never rejects. */
export async function run(program: Command, argv: readonly string[]): Promise<void> {
  // A reader that has seen enough, such as `head`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
    throw error;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  // Commander has printed its own message; it throws for --help and --version too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usageError;
  if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.userError;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a bug in Unreasonable; please report it with these lines:\n${stack}\n`);
  return exitCodes.bug;
}
