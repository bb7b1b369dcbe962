import { describe, expect, it } from 'vitest';
import { cellTypes } from '../../../src/model/lstm/configuration';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { forward } from '../../../src/model/lstm/reference';
import { zeroState } from '../../../src/model/sampling/recurrentState';
import { SamplerSession, type Truncation } from '../../../src/model/sampling/samplerSession';
import { largestDifference } from '../onnx/largestDifference';
import { chiSquareDeviate, logitsAfter, probabilities, uniforms } from './draws';
import { testModel } from './testModel';

const banned = [0, 1];
const token = 5;
const draws = 100_000;

/** How often each character comes after `token`, of 100,000 draws side by side. */
async function countDraws(temperature: number, truncation?: Truncation): Promise<number[]> {
  const model = testModel({ hiddenSize: 6 });
  const session = await SamplerSession.create(model, { precision: 'float32' });
  const counts = new Array<number>(model.vocabulary.size).fill(0);
  const B = 1000;
  const width = session.uniformsPerDraw(truncation);
  for (let seed = 0; seed < draws / B; seed++) {
    const { tokens } = await session.draw({
      token: new Int32Array(B).fill(token),
      state: zeroState(model.configuration, B),
      length: 1,
      uniforms: uniforms(B * width, seed),
      temperature,
      banned,
      ...(truncation && { truncation }),
    });
    for (const id of tokens) counts[id]!++;
  }
  await session.dispose();
  return counts;
}

const logits = logitsAfter(testModel({ hiddenSize: 6 }), token);
const isAllowed = (id: number) => !banned.includes(id);

describe('100,000 draws', () => {
  it.each([0.5, 1, 1.5])('follow the softmax at temperature %f', async (temperature) => {
    const counts = await countDraws(temperature);

    expect(chiSquareDeviate(counts, probabilities(logits, temperature, isAllowed))).toBeLessThan(4);
    // The same counts do not fit another temperature: the test would notice.
    expect(chiSquareDeviate(counts, probabilities(logits, temperature * 1.1, isAllowed))).toBeGreaterThan(4);
  });

  it.each([1, 2, 7])('follow the softmax of the %i most likely characters', async (topK) => {
    const counts = await countDraws(1.5, { topK, topP: 1 });
    const kept = ranked(logits).slice(0, topK);

    expect(idsOf(counts)).toEqual(kept.toSorted((a, b) => a - b));
    const expected = probabilities(logits, 1.5, (id) => kept.includes(id));
    if (topK > 1) expect(chiSquareDeviate(counts, expected)).toBeLessThan(4);
  });

  it.each([0.1, 0.5, 0.9])('follow the softmax of the fewest characters with probability %f', async (topP) => {
    const counts = await countDraws(1.5, { topK: logits.length, topP });
    const kept = nucleus(probabilities(logits, 1.5, isAllowed), topP);

    expect(idsOf(counts)).toEqual(kept.toSorted((a, b) => a - b));
    const expected = probabilities(logits, 1.5, (id) => kept.includes(id));
    if (kept.length > 1) expect(chiSquareDeviate(counts, expected)).toBeLessThan(4);
  });

  it('take the nucleus among the most likely characters when both are asked for', async () => {
    const counts = await countDraws(1, { topK: 5, topP: 0.8 });
    const best = ranked(logits).slice(0, 5);
    const kept = nucleus(
      probabilities(logits, 1, (id) => best.includes(id)),
      0.8,
    );

    expect(kept.length).toBeLessThan(5);
    expect(idsOf(counts)).toEqual(kept.toSorted((a, b) => a - b));
  });

  it.each([undefined, { topK: 3, topP: 1 }, { topK: 33, topP: 0.9 }])('are the argmax at 0: %o', async (truncation) => {
    const counts = await countDraws(0, truncation);

    expect(idsOf(counts)).toEqual(ranked(logits).slice(0, 1));
  });
});

/** The characters that may be drawn, the most likely first. */
function ranked(scores: readonly number[]): number[] {
  return [...scores.keys()].filter(isAllowed).sort((a, b) => scores[b]! - scores[a]!);
}

function nucleus(shares: readonly number[], topP: number): number[] {
  const order = ranked(shares);
  let sum = 0;
  let size = 0;
  while (sum < topP) sum += shares[order[size++]!]!;
  return order.slice(0, size);
}

function idsOf(counts: readonly number[]): number[] {
  return [...counts.keys()].filter((id) => counts[id]! > 0);
}

describe.each(cellTypes)('drawing with the %s', (cellType) => {
  it.each([1, 3])('gives what the reference gives with the same random numbers: %i layers', async (numLayers) => {
    const model = testModel({ cellType, numLayers });
    const { configuration, weights } = model;
    const V = configuration.vocabularySize;
    const [N, B, temperature] = [50, 2, 0.8];
    const session = await SamplerSession.create(model, { precision: 'float32' });
    const numbers = uniforms(N * B * V);
    const start = Int32Array.of(5, 9);

    const drawn = await session.draw({
      ...{ token: start, state: zeroState(configuration, B), length: N, uniforms: numbers, temperature, banned },
    });

    const inputs = Int32Array.of(...start, ...drawn.tokens.slice(0, -B));
    const options = { batchSize: B, sequenceLength: N };
    const batch = { inputs, carry: new Float32Array(B).fill(1) };
    const expected = forward(configuration, weights, batch, zeroHidden(configuration, B), options);
    const choices = Int32Array.from({ length: N * B }, (_, row) =>
      argmax(expected.logits.slice(row * V, (row + 1) * V), (id) =>
        banned.includes(id) ? -Infinity : -temperature * Math.log(-Math.log(numbers[row * V + id]!)),
      ),
    );
    expect(drawn.tokens).toEqual(choices);
    for (const [i, { data }] of [...expected.hidden.values()].entries()) {
      expect(largestDifference(drawn.state.tensors[i]!.data as Float32Array, data)).toBeLessThan(1e-5);
    }
    await session.dispose();
  });

  it('goes on where it stopped, however the run is cut', async () => {
    const model = testModel({ cellType });
    const session = await SamplerSession.create(model, { precision: 'float32' });
    const V = model.vocabulary.size;
    const numbers = uniforms(20 * V);
    const common = { temperature: 1, banned };
    const state = zeroState(model.configuration, 1);

    const whole = await session.draw({ ...common, token: Int32Array.of(5), state, length: 20, uniforms: numbers });
    const first = await session.draw({
      ...{ ...common, token: Int32Array.of(5), state, length: 7, uniforms: numbers.slice(0, 7 * V) },
    });
    const second = await session.draw({
      ...{ ...common, token: first.tokens.slice(-1), state: first.state, length: 13, uniforms: numbers.slice(7 * V) },
    });

    expect([...first.tokens, ...second.tokens]).toEqual([...whole.tokens]);
    await session.dispose();
  });

  it('draws nearly the same with 8-bit arithmetic', async () => {
    const model = testModel({ cellType, hiddenSize: 40 });
    const V = model.vocabulary.size;
    const B = 500;
    const tokens = await Promise.all(
      (['float32', 'int8'] as const).map(async (precision) => {
        const session = await SamplerSession.create(model, { precision });
        expect(session.precision).toBe(precision);
        const drawn = await session.draw({
          ...{ token: Int32Array.from({ length: B }, (_, i) => i % V), state: zeroState(model.configuration, B) },
          ...{ length: 1, uniforms: uniforms(B * V), temperature: 1, banned },
        });
        await session.dispose();
        return drawn.tokens;
      }),
    );
    const agreeing = tokens[0]!.filter((id, i) => id === tokens[1]![i]).length;
    expect(agreeing / B).toBeGreaterThan(0.97);
  });
});

/** The id of the largest score with noise added. */
function argmax(scores: Float64Array, noise: (id: number) => number): number {
  let best = 0;
  let largest = -Infinity;
  for (const [id, score] of scores.entries()) {
    if (score + noise(id) > largest) [best, largest] = [id, score + noise(id)];
  }
  return best;
}
