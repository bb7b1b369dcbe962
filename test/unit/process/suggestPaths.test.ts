import { describe, expect, it } from 'vitest';
import type { Sampler } from '../../../src/model/sampling/sampler';
import { suggestPaths } from '../../../src/process/inference/suggestPaths';

const signal = new AbortController().signal;

describe('paths that a model makes up', () => {
  it('come the most frequent first, none twice and none that exists', async () => {
    const sampler = saying(['a/one.c', 'two.c', 'two.c', 'here.c']);
    expect(await suggestPaths(sampler, { count: 4, known: ['here.c'] }, signal)).toEqual(['two.c', 'a/one.c']);
  });

  it('leave out what could not be the name of a file of that language', async () => {
    const sampler = saying(['.c', 'drivers/.c', 'a//b.c', '../b.c', 'a*.c', 'a.h', 'c', 'drivers/ok.c']);
    expect(await suggestPaths(sampler, { count: 8, endings: ['.c'] }, signal)).toEqual(['drivers/ok.c']);
  });

  it('begin as was asked', async () => {
    const sampler = saying(['net/foo.c']);
    expect(await suggestPaths(sampler, { count: 1, start: 'drivers/' }, signal)).toEqual(['drivers/net/foo.c']);
  });
});

/** A sampler whose samples are these texts, over and over, each in two pieces. */
function saying(texts: readonly string[]): Sampler {
  const sampler: Pick<Sampler, 'sample'> = {
    async *sample({ count = 1 } = {}) {
      for (let index = 0; index < count; index++) {
        const text = texts[index % texts.length]!;
        yield { index, text: text.slice(0, 2), done: false };
        yield { index, text: text.slice(2), done: true };
      }
    },
  };
  return sampler as Sampler;
}
