import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionPredictor } from '../../../src/model/completion/sessionPredictor';
import { evaluate } from '../../../src/model/evaluation/evaluate';
import { ForwardSession } from '../../../src/model/sampling/forwardSession';
import { randomTokens, streamOf } from '../baseline/streams';
import { ReferencePredictor, randomModel } from '../evaluation/referencePredictor';

const V = 9;
const model = randomModel({ cellType: 'lstm', vocabularySize: V, hiddenSize: 6, numLayers: 2 });
const texts = Array.from({ length: 6 }, (_, i) => randomTokens(10, V, i));

/** Characters `from` to `to` of texts `rows`, [T, B]. */
function columns(from: number, to: number, rows: readonly number[]): Int32Array {
  const B = rows.length;
  return Int32Array.from({ length: (to - from) * B }, (_, i) => texts[rows[i % B]!]![from + Math.floor(i / B)]!);
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-4);
}

describe('SessionPredictor', () => {
  let session: ForwardSession;
  let predictor: SessionPredictor;
  const reference = new ReferencePredictor(model);

  beforeAll(async () => {
    session = await ForwardSession.create(model, { threads: 1 });
    predictor = new SessionPredictor(session, V);
  });
  afterAll(() => session.dispose());

  it('scores as the reference implementation does', async () => {
    const tokens = columns(0, 10, [0, 1, 2]);
    expectClose((await predictor.run(tokens, 10, 3)).logits, (await reference.run(tokens, 10, 3)).logits);
  });

  it('goes on with selected rows of joined states', async () => {
    const first = await predictor.run(columns(0, 4, [0, 1, 2]), 4, 3);
    const second = await predictor.run(columns(0, 4, [3, 4]), 4, 2);
    const joined = predictor.concatenate([first.state, second.state]);
    expect(joined.batch).toBe(5);
    const { logits } = await predictor.run(columns(4, 5, [4, 0, 2]), 1, 3, predictor.select(joined, [4, 0, 2]));
    const whole = await reference.run(columns(0, 5, [4, 0, 2]), 5, 3);
    expectClose(logits, whole.logits.slice(-3 * V));
  });

  it('evaluates as the reference implementation does', async () => {
    const stream = streamOf(...[200, 30, 150, 1, 7, 8].map((length) => randomTokens(length, V, length)));
    const actual = await evaluate(predictor, stream, { batchSize: 4 });
    const expected = await evaluate(reference, stream, { batchSize: 4 });
    expect(actual.natsPerCharacter).toBeCloseTo(expected.natsPerCharacter, 5);
    expect(actual.characters).toBe(expected.characters);
    expect(actual.top5).toBeCloseTo(expected.top5, 2);
  });
});
