import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import type { Model } from '../../../src/model/onnx/modelFile';
import { drawBounded } from '../../../src/model/sampling/boundedDraw';
import { zeroState } from '../../../src/model/sampling/recurrentState';
import { RepeatGuard, repeatBounds } from '../../../src/model/sampling/repeatGuard';
import { collectTexts, Sampler, sampleText } from '../../../src/model/sampling/sampler';
import { SamplerSession, type Truncation } from '../../../src/model/sampling/samplerSession';
import { derivedSeed } from '../../../src/model/sampling/textStream';
import { uniforms } from './draws';
import { testModel } from './testModel';

/** A model that would rather write this character than any other, by so many nats. */
function fondOf(character: string, nats: number): Model {
  const model = testModel();
  const bias = model.weights.get('output.bias')!.data;
  const id = model.vocabulary.encode(character)[0]!;
  bias[id] = bias[id]! + nats;
  return model;
}

/** The lengths of all rows of the same character in a text. */
function rows(text: string): number[] {
  return [...text.matchAll(/(.)\1*/gsu)].map(([row]) => [...row].length);
}

async function withSampler<Result>(model: Model, use: (sampler: Sampler) => Promise<Result>): Promise<Result> {
  const sampler = await Sampler.create(model, { precision: 'float32' });
  try {
    return await use(sampler);
  } finally {
    await sampler.dispose();
  }
}

describe('a text that would fall into spaces', () => {
  const text = (options: { longestRepeat?: number; prime?: string; temperature?: number }) =>
    withSampler(fondOf(' ', 30), (sampler) =>
      sampleText(sampler, { temperature: 0, length: 1000, stopAt: 'length', ...options }),
    );

  it('is all spaces without a bound', async () => {
    expect(await text({ longestRepeat: Infinity })).toBe(' '.repeat(1000));
  });

  it('goes on with another character when half a line is full', async () => {
    expect(Math.max(...rows(await text({})))).toBe(40);
  });

  it.each([1, 2, 3, 4, 15, 67])('has half of %i in a row', async (longestRepeat) => {
    const lengths = rows(await text({ longestRepeat }));
    expect(Math.max(...lengths)).toBe(Math.max(1, Math.floor(longestRepeat / 2)));
  });

  it('counts what stands in the prime text', async () => {
    expect(rows(await text({ longestRepeat: 10, prime: 'a   ' }))[0]).toBe(2);
    expect((await text({ longestRepeat: 10, prime: 'a     ' }))[0]).not.toBe(' ');
    expect((await text({ longestRepeat: 10, prime: 'a        ' }))[0]).not.toBe(' ');
  });
});

it('ends a row of any other character where the line is full', async () => {
  await withSampler(fondOf('🙂', 30), async (sampler) => {
    const lengths = rows(await sampleText(sampler, { temperature: 0, length: 1000, stopAt: 'length' }));
    expect(Math.max(...lengths)).toBe(80);
  });
});

const truncations: (Truncation | undefined)[] = [undefined, { topK: 3, topP: 0.9 }];

it.each(truncations)('is what single draws with bans give, of several texts: %o', async (truncation) => {
  const model = fondOf('m', 4);
  const session = await SamplerSession.create(model, { precision: 'float32' });
  const [B, length, longestRepeat] = [3, 300, 4];
  const width = session.uniformsPerDraw(truncation);
  const numbers = uniforms(length * B * width, 1);
  const common = { temperature: 0.7, banned: [0, 1, 2], ...(truncation && { truncation }) };
  const start = { token: new Int32Array(B).fill(Vocabulary.start), state: zeroState(model.configuration, B) };

  let { token, state } = start;
  const texts: number[][] = Array.from({ length: B }, () => []);
  let bans = 0;
  for (let i = 0; i < length; i++) {
    const draw = numbers.slice(i * B * width, (i + 1) * B * width);
    const request = { ...common, token, state, length: 1, uniforms: draw };
    let drawn = await session.draw(request);
    const isFull = (text: number[]) => text.length >= longestRepeat && new Set(text.slice(-longestRepeat)).size === 1;
    const excess = texts.map((text, b) => (isFull(text) && drawn.tokens[b] === text.at(-1) ? drawn.tokens[b]! : -1));
    if (excess.some((id) => id >= 0)) {
      drawn = await session.draw({ ...request, alsoBanned: Int32Array.from(excess) });
      bans++;
    }
    for (const [b, text] of texts.entries()) text.push(drawn.tokens[b]!);
    token = drawn.tokens.slice();
    state = drawn.state;
  }

  const bounds = { most: new Int32Array(model.vocabulary.size).fill(longestRepeat), newline: -1 };
  const guards = Array.from({ length: B }, () => RepeatGuard.after([Vocabulary.start], bounds));
  const bounded = await drawBounded(session, {
    ...common,
    ...start,
    length,
    uniforms: numbers,
    guards,
  });
  expect(bans).toBeGreaterThan(10);
  for (const [b, text] of texts.entries()) expect([...bounded.tokens].filter((_, at) => at % B === b)).toEqual(text);
  expect(bounded.state.tensors.map(({ data }) => data)).toEqual(state.tensors.map(({ data }) => data));
  await session.dispose();
});

it('gives each text of a batch what it has alone', async () => {
  await withSampler(fondOf('m', 4), async (sampler) => {
    const options = { length: 500, stopAt: 'length', temperature: 0.7, longestRepeat: 4 } as const;
    const texts = await collectTexts(sampler.sample({ ...options, seed: 3, count: 5 }), 5);
    for (const [index, text] of texts.entries()) {
      expect(Math.max(...rows(text))).toBe(4);
      expect(await sampleText(sampler, { ...options, seed: derivedSeed(3, index) })).toBe(text);
    }
  });
});

it('changes nothing where the bound is not reached', async () => {
  await withSampler(testModel(), async (sampler) => {
    const options = { length: 2000, stopAt: 'length', seed: 1 } as const;
    const free = await sampleText(sampler, { ...options, longestRepeat: Infinity });
    const longest = Math.max(...rows(free));
    expect(await sampleText(sampler, { ...options, longestRepeat: 2 * longest })).toBe(free);
    expect(await sampleText(sampler, { ...options, longestRepeat: longest - 1 })).not.toBe(free);
  });
});

it('lets a model that knows one character write it', async () => {
  const model = testModel({ letters: 'a' });
  await withSampler(model, async (sampler) => {
    expect(await sampleText(sampler, { length: 200, stopAt: 'length' })).toBe('a'.repeat(200));
  });
});

describe('the guard of a text', () => {
  const { vocabulary } = testModel();
  const bounds = repeatBounds(vocabulary, 80);
  const tokensOf = (text: string) => vocabulary.encode(text);
  const [space, a, newline] = tokensOf(' a\n') as unknown as [number, number, number];
  /** How many spaces it lets come next. */
  const spaces = (guard: RepeatGuard) => {
    const ahead = guard.clone();
    let count = 0;
    for (; ahead.allows(space); count++) ahead.accept(space);
    return count;
  };

  it('counts on from the context', () => {
    expect(spaces(RepeatGuard.after(tokensOf('a'), bounds))).toBe(40);
    expect(spaces(RepeatGuard.after(tokensOf('a   '), bounds))).toBe(37);
    expect(spaces(RepeatGuard.after(tokensOf(' '.repeat(50)), bounds))).toBe(0);
  });

  it('halves the bound with each refusal, and doubles it with each line without one', () => {
    const guard = RepeatGuard.after([a], bounds);
    const after = [];
    for (let i = 0; i < 6; i++) {
      guard.refuse();
      after.push(spaces(guard));
    }
    expect(after).toEqual([20, 10, 5, 4, 4, 4]);
    after.length = 0;
    // The line with the refusals comes to its end first.
    for (let i = 0; i < 8; i++) {
      guard.accept(newline);
      guard.accept(a);
      after.push(spaces(guard));
    }
    expect(after).toEqual([4, 4, 4, 5, 10, 20, 40, 40]);
  });

  it('lowers no bound under what it was', () => {
    const guard = RepeatGuard.after([a], repeatBounds(vocabulary, 6));
    guard.refuse();
    expect(spaces(guard)).toBe(3);
    const free = RepeatGuard.after([a], repeatBounds(vocabulary, Infinity));
    free.refuse();
    for (let i = 0; i < 1000; i++) free.accept(space);
    expect(free.allows(space)).toBe(true);
  });
});
