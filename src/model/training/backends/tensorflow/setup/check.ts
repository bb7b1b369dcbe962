import { UserError } from '../../../../errors';
import { findAddon, prepareEnvironment } from '../loader';
import { type CommandOptions, runCommand } from './command';

/** What a TensorFlow that loads tells of itself. */
export interface Check {
  /** Such as "2.9.1". */
  readonly version: string;
  /** Whether it found a GPU that it can use. */
  readonly gpu: boolean;
}

const script = `
  const { TF_Version: version, isUsingGpuDevice } = require(process.argv[1]);
  console.log(JSON.stringify({ version, gpu: isUsingGpuDevice() }));
`;

/**
 * Loads the addon of a package in a process of its own, which a library that doesn't fit the machine may end.
 *
 * @throws UserError when it can't be loaded.
 */
export async function checkPackage(
  folder: string,
  { line, ...options }: Pick<CommandOptions, 'line' | 'signal' | 'stallMilliseconds'>,
): Promise<Check> {
  prepareEnvironment();
  const addon = findAddon(folder);
  const words: string[] = [];
  const {
    code,
    signal: ended,
    stalled,
    stdout,
  } = await runCommand([process.execPath, '-e', script, addon], {
    ...options,
    folder,
    line: (text) => words.push(text),
  });
  const answer = stdout.at(-1);
  if (code === 0 && answer?.startsWith('{')) return JSON.parse(answer) as Check;
  for (const text of words) line(text);
  if (stalled) {
    throw new UserError(
      'TensorFlow was loading for two minutes and did not answer: try again when less else is running.',
    );
  }
  throw new UserError(
    ended === null
      ? `TensorFlow can't be loaded (${words.find((text) => text.includes('Error:')) ?? `code ${code}`}).`
      : `TensorFlow ended its process by ${ended}: its library does not fit this machine.`,
  );
}
