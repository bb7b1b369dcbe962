/**
 * A mistake that the person at the keyboard can mend. The message is one sentence for them, saying what is wrong and
 * what to do; the CLI prints it alone and exits with 1, the extension shows it in a notification. Anything else that
 * is thrown is a bug and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}
