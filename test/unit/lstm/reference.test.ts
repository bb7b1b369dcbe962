import { describe, expect, it } from 'vitest';
import { cellTypes, type ModelConfiguration } from '../../../src/model/lstm/configuration';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { crossEntropy } from '../../../src/model/lstm/network';
import { forward, forwardBackward } from '../../../src/model/lstm/reference';
import { type Weights, zerosLike } from '../../../src/model/lstm/weights';
import { randomCase } from './randomCase';

/** A model of one unit and two characters, with all weights zero but those given. */
function oneUnit(cellType: ModelConfiguration['cellType'], values: Record<string, number[]>) {
  const configuration: ModelConfiguration = { cellType, vocabularySize: 2, hiddenSize: 1, numLayers: 1 };
  const weights = zerosLike(configuration);
  for (const [name, data] of Object.entries(values)) weights.get(name)!.data.set(data);
  return { configuration, weights };
}

/** One step on character 1 from the given state. */
function stepOnce({ configuration, weights }: ReturnType<typeof oneUnit>, state: Record<string, number>) {
  const hidden = zeroHidden(configuration, 1);
  for (const [name, value] of Object.entries(state)) hidden.get(`layer0.${name}`)!.data[0] = value;
  const batch = { inputs: Int32Array.of(1), carry: Float32Array.of(1) };
  return forward(configuration, weights, batch, hidden, { batchSize: 1, sequenceLength: 1 });
}

const stateOf = (hidden: Weights) => [...hidden].map(([name, { data }]) => [name, data[0]]);
const close = (value: number) => expect.closeTo(value, 6);

describe('one unit by hand', () => {
  it('lstm: the gates in the order i, o, f, g', () => {
    // i = o = σ(ln 3) = 3/4, f = σ(−ln 3) = 1/4, g = tanh(ln(3) / 2) = 1/2; c' = 2/4 + 3/8 = 7/8, h' = 3/4·tanh(7/8).
    const ln3 = Math.log(3);
    const model = oneUnit('lstm', { 'layer0.bias': [ln3, ln3, -ln3, ln3 / 2], 'output.weights': [1, -2] });
    const { hidden, logits } = stepOnce(model, { h: 0.4, c: 2 });
    expect(stateOf(hidden)).toEqual([
      ['layer0.h', close(0.5279292)],
      ['layer0.c', close(0.875)],
    ]);
    expect([...logits]).toEqual([close(0.5279292), close(-1.0558584)]);
  });

  it('gru: the gates in the order z, r, n, and the reset before the product', () => {
    // z = 1/4, r = 3/4, n = tanh(3/4·0.4 + 0) = 0.2913126; h' = 3/4·n + 1/4·0.4.
    const ln3 = Math.log(3);
    const model = oneUnit('gru', { 'layer0.bias': [-ln3, ln3, 0], 'layer0.recurrentWeights': [0, 0, 1] });
    expect(stateOf(stepOnce(model, { h: 0.4 }).hidden)).toEqual([['layer0.h', close(0.3184845)]]);
    // A bias of the candidate stays outside of the reset: n = tanh(0.3 + 1).
    model.weights.get('layer0.bias')!.data[2] = 1;
    expect(stateOf(stepOnce(model, { h: 0.4 }).hidden)).toEqual([['layer0.h', close(0.7462924)]]);
  });

  it('rnn: tanh(x·W + h·R + b), with the row of W that belongs to the character', () => {
    const model = oneUnit('rnn', {
      'layer0.inputWeights': [9, 0.5],
      'layer0.recurrentWeights': [0.5],
      'layer0.bias': [-0.2],
      'output.bias': [0.25, -0.25],
    });
    const { hidden, logits } = stepOnce(model, { h: 0.4 });
    expect(stateOf(hidden)).toEqual([['layer0.h', close(Math.tanh(0.5))]]);
    expect([...logits]).toEqual([0.25, -0.25]);
  });
});

describe('crossEntropy', () => {
  it('of uniform logits is ln V', () => {
    expect(crossEntropy(new Float64Array(65).fill(3), 7).nats).toBeCloseTo(Math.log(65), 12);
  });

  it('by hand: logits 0 and ln 3 are probabilities 1/4 and 3/4', () => {
    const { nats, dLogits } = crossEntropy(Float64Array.of(0, Math.log(3)), 0);
    expect(nats).toBeCloseTo(Math.log(4), 12);
    expect([...dLogits]).toEqual([expect.closeTo(-3 / 4, 12), expect.closeTo(3 / 4, 12)]);
  });

  it('does not overflow', () => {
    const { nats, dLogits } = crossEntropy(Float64Array.of(1000, -1000), 1);
    expect(nats).toBe(2000);
    expect([...dLogits]).toEqual([1, -1]);
  });
});

describe.each(cellTypes)('%s', (cellType) => {
  const size = { cellType, vocabularySize: 9, hiddenSize: 5, numLayers: 2, batchSize: 3, sequenceLength: 6 } as const;

  it('with zero weights has a loss of ln V', () => {
    const { configuration, batch, hidden, options } = randomCase(size);
    expect(forwardBackward(configuration, zerosLike(configuration), batch, hidden, options).loss).toBeCloseTo(
      Math.log(9),
      12,
    );
  });

  it('carries its state: two calls of T/2 steps are one of T', () => {
    const { configuration, weights, batch, hidden, options } = randomCase({ ...size, cleared: [2] });
    const whole = forward(configuration, weights, batch, hidden, options);
    const half = { ...options, sequenceLength: 3 };
    const first = forward(configuration, weights, { ...batch, inputs: batch.inputs.subarray(0, 9) }, hidden, half);
    const rest = { inputs: batch.inputs.subarray(9), carry: new Float32Array(3).fill(1) };
    const second = forward(configuration, weights, rest, first.hidden, half);
    expect([...whole.logits.subarray(0, 81)]).toEqual([...first.logits]);
    // The state goes through float32 between the calls.
    for (const [i, logit] of second.logits.entries()) expect(logit).toBeCloseTo(whole.logits[81 + i]!, 5);
  });

  it('starts a stream with carry 0 from zero, and only that one', () => {
    const example = randomCase({ ...size, cleared: [1] });
    const { configuration, weights, batch, hidden, options } = example;
    const zeroed = zeroHidden(configuration, 3);
    for (const [name, { data }] of zeroed) {
      for (const stream of [0, 2]) {
        data.set(hidden.get(name)!.data.subarray(stream * 5, stream * 5 + 5), stream * 5);
      }
    }
    const all = { ...batch, carry: new Float32Array(3).fill(1) };
    const expected = forwardBackward(configuration, weights, all, zeroed, options);
    const cleared = forwardBackward(configuration, weights, batch, hidden, options);
    const carried = forwardBackward(configuration, weights, all, hidden, options);
    expect(cleared).toEqual(expected);
    expect(cleared.loss).not.toBe(carried.loss);
  });

  it('averages over streams: each one alone gives its part', () => {
    const { configuration, weights, batch, hidden, options } = randomCase(size);
    const together = forwardBackward(configuration, weights, batch, hidden, options);
    let mean = 0;
    for (let stream = 0; stream < 3; stream++) {
      const only = (tokens: Int32Array) => tokens.filter((_, i) => i % 3 === stream);
      const state: Weights = new Map();
      for (const [name, { data }] of hidden) {
        state.set(name, { shape: [1, 5], data: data.slice(stream * 5, stream * 5 + 5) });
      }
      const alone = { inputs: only(batch.inputs), targets: only(batch.targets), carry: Float32Array.of(1) };
      const one = { ...options, batchSize: 1 };
      mean += forwardBackward(configuration, weights, alone, state, one).loss / 3;
    }
    expect(together.loss).toBeCloseTo(mean, 12);
  });

  it('forward gives what forwardBackward gives, and changes nothing it was given', () => {
    const example = randomCase({ ...size, dropout: 0.5 });
    const before = structuredClone(example);
    const { configuration, weights, batch, hidden, options } = example;
    const { logits, hidden: after } = forwardBackward(configuration, weights, batch, hidden, options);
    expect(forward(configuration, weights, batch, hidden, options)).toEqual({ logits, hidden: after });
    expect(example).toEqual(before);
  });

  it('a mask of zeros everywhere leaves the output bias alone', () => {
    const { configuration, weights, batch, hidden, options } = randomCase(size);
    const dropoutMasks = [0, 1].map(() => new Float32Array(6 * 3 * 5));
    const { logits } = forward(configuration, weights, batch, hidden, { ...options, dropoutMasks });
    const bias = [...weights.get('output.bias')!.data];
    expect([...logits]).toEqual(Array.from({ length: 18 }, () => bias).flat());
  });

  it('refuses a character outside the vocabulary', () => {
    const { configuration, weights, batch, hidden, options } = randomCase(size);
    batch.inputs[4] = 9;
    expect(() => forward(configuration, weights, batch, hidden, options)).toThrow(RangeError);
  });
});
