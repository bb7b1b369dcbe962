import { readFile } from 'node:fs/promises';
import { UserError } from '../../model/errors';
import { writeFileAtomically } from '../../model/files/atomicWrite';

/**
 * Replaces what stands between `<!-- bench:name -->` and `<!-- /bench:name -->` in a Markdown file.
 *
 * @throws UserError when the file or the markers are missing.
 */
export async function writeSection(path: string, name: string, body: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${path} can't be read: run the benchmark in the project's own folder.`, { cause });
  });
  await writeFileAtomically(path, [Buffer.from(replaceSection(text, name, body))]);
}

/** {@link writeSection} on a text. */
export function replaceSection(text: string, name: string, body: string): string {
  const opening = `<!-- bench:${name} -->`;
  const closing = `<!-- /bench:${name} -->`;
  const start = text.indexOf(opening);
  const end = text.indexOf(closing);
  if (start < 0 || end < start) throw new UserError(`BENCHMARKS.md has no place between ${opening} and ${closing}.`);
  return `${text.slice(0, start + opening.length)}\n${body.trim()}\n${text.slice(end)}`;
}
