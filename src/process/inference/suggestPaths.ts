import { documentPath } from '../../model/corpus/documents';
import { randomSeed } from '../../model/sampling/sampleOptions';
import { collectTexts, type Sampler } from '../../model/sampling/sampler';
import type { SuggestPathsParams } from '../protocol';

/** Samples for each path that is wanted: many are said twice, exist, or have another ending. */
const samplesPerPath = 6;
const mostSamples = 128;
const temperature = 0.8;
const longestPath = 120;

/** What a document begins with: behind it a model writes a path. */
const documentStart = '\u0002';

/** Invents paths by sampling the heads of documents. Those that come up most often come first. */
export async function suggestPaths(
  sampler: Sampler,
  { count, start = '', endings = [], known = [] }: SuggestPathsParams,
  signal: AbortSignal,
): Promise<string[]> {
  const exists = new Set(known.map(documentPath));
  const samples = Math.min(mostSamples, samplesPerPath * count);
  const options = { count: samples, temperature, length: longestPath, stopAt: 'line' as const, seed: randomSeed() };
  const chunks = sampler.sample({ ...options, prime: `${documentStart}${start}`, signal });
  const texts = await collectTexts(chunks, samples);
  const counts = new Map<string, number>();
  for (const text of texts) {
    const path = start + text;
    const isWanted = endings.length === 0 || endings.some((ending) => hasNameBefore(path, ending));
    if (isPath(path) && isWanted && !exists.has(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  return ranked.slice(0, count).map(([path]) => path);
}

/** Whether a path ends so and its file is called something besides: ".c" alone is no C file. */
function hasNameBefore(path: string, ending: string): boolean {
  return path.endsWith(ending) && !`/${path}`.endsWith(`/${ending}`);
}

/** Whether a file could be called so on every system. */
function isPath(path: string): boolean {
  const names = path.split('/');
  return (
    path.length < longestPath &&
    !/[\p{Cc}\uFFFD<>:"|?*\\]/u.test(path) &&
    names.every((name) => name !== '' && !/^\.{1,2}$|^\s|[\s.]$/.test(name))
  );
}
