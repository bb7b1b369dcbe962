import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../files/atomicWrite';
import type { ModelComparison } from './comparisonResult';

/** Where the comparison of a model is kept, in the folder of its training. */
export function comparisonPath(folder: string): string {
  return join(folder, 'comparison.json');
}

export async function writeComparison(folder: string, comparison: ModelComparison): Promise<void> {
  await writeFileAtomically(comparisonPath(folder), [Buffer.from(`${JSON.stringify(comparison, null, 2)}\n`)]);
}

/** Null where there is none, or none that can be read: it can be made again at any time. */
export async function readComparison(folder: string): Promise<ModelComparison | null> {
  try {
    const stored: ModelComparison = JSON.parse(await readFile(comparisonPath(folder), 'utf8'));
    return stored.network !== undefined && stored.ngrams !== undefined && stored.writing !== undefined ? stored : null;
  } catch {
    return null;
  }
}
