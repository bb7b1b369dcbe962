/**
 * Where a command prints. People read `lines`, which are on stdout, or on stderr when stdout belongs to a program:
 * with --json the only line of stdout is the result.
 */
export interface Output {
  /** The stream for people: a progress bar asks it whether it is a terminal. */
  readonly people: NodeJS.WriteStream;
  /** Prints a line for people. */
  line(text?: string): void;
  /** Prints the command's result as one JSON object when --json was given. Called once, at the end. */
  result(value: object): void;
}

/** @param json whether --json was given. */
export function openOutput(json: boolean): Output {
  const people = json ? process.stderr : process.stdout;
  return {
    people,
    line: (text = '') => void people.write(`${text}\n`),
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
  };
}
