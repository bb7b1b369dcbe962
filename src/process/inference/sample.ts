import { randomSeed } from '../../model/sampling/sampleOptions';
import type { Sampler } from '../../model/sampling/sampler';
import type { SampleChunk, SampleParams, SampleResult } from '../protocol';

/** Samples one text and sends it on in pieces, as they are written. */
export async function sampleText(
  sampler: Sampler,
  { progressToken: _, ...options }: SampleParams,
  signal: AbortSignal,
  send: (chunk: SampleChunk) => Promise<void>,
): Promise<SampleResult> {
  const start = performance.now();
  const seed = options.seed ?? randomSeed();
  let characters = 0;
  for await (const { text } of sampler.sample({ ...options, seed, signal })) {
    if (text === '') continue;
    characters += [...text].length;
    await send({ text, seed });
  }
  const reason = characters < options.length ? 'end' : 'length';
  return { seed, characters, seconds: (performance.now() - start) / 1000, reason };
}
