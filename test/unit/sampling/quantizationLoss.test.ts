import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import type { Model } from '../../../src/model/onnx/modelFile';
import { choosePrecision } from '../../../src/model/sampling/precision';
import { expectedQuantizationLoss, measureQuantizationLoss } from '../../../src/model/sampling/quantizationLoss';
import { Sampler, sampleText } from '../../../src/model/sampling/sampler';
import { testModel } from './testModel';

/**
 * A model with one large weight in each column, beside which 8 bits leave nothing of the others. They multiply a unit
 * whose output gate is shut, so that in float32 they do nothing.
 */
function fragileModel(): Model {
  const H = 24;
  const model = testModel({ hiddenSize: H, numLayers: 1 });
  model.weights.get('layer0.recurrentWeights')!.data.fill(300, 0, 4 * H);
  model.weights.get('layer0.bias')!.data[H] = -50;
  // The reserved characters, which are not sampled, are nothing that the model expects.
  model.weights.get('output.bias')!.data.fill(-50, 0, 3);
  return model;
}

/** A text that the model writes, without ends of documents. */
async function ownText(model: Model, length: number): Promise<Uint16Array> {
  const sampler = await Sampler.create(model, { precision: 'float32' });
  const text = await sampleText(sampler, { seed: 1, length, stopAt: 'length' });
  await sampler.dispose();
  return model.vocabulary.encode(text);
}

it('is near nothing for ordinary weights', async () => {
  const model = testModel({ hiddenSize: 40 });
  const loss = await measureQuantizationLoss(model, await ownText(model, 3000));
  expect(Math.abs(loss)).toBeLessThan(0.01);
  expect(loss).not.toBe(0);
});

it('is on a text of the model what the divergence of its predictions says', async () => {
  const model = fragileModel();
  const text = await ownText(model, 8000);
  const measured = await measureQuantizationLoss(model, text);
  const expected = await expectedQuantizationLoss(model, Int32Array.from(text.subarray(0, 4000)), 1);
  expect(expected).toBeGreaterThan(0.05);
  expect(Math.abs(measured - expected) / expected).toBeLessThan(0.15);
});

describe('the arithmetic is chosen', () => {
  const faster = async () => true;
  const slower = async () => false;

  it.each([
    ['8-bit where it is faster and loses little', testModel({ hiddenSize: 40 }), faster, 'int8'],
    ['float32 where 8-bit is slower', testModel({ hiddenSize: 40 }), slower, 'float32'],
    ['float32 where 8-bit loses too much', fragileModel(), faster, 'float32'],
  ] as const)('%s', async (_, model, race, precision) => {
    const session = await choosePrecision(model, 1, race);
    expect(session.precision).toBe(precision);
    await session.dispose();
  });

  it('by a race on this machine', async () => {
    const sampler = await Sampler.create(fragileModel());
    expect(sampler.precision).toBe('float32');
    await sampler.dispose();
  });
});

it('needs a text of two characters, and reads one of two', async () => {
  const model = testModel();
  await expect(measureQuantizationLoss(model, [5])).rejects.toThrow(RangeError);
  expect(await measureQuantizationLoss(model, [Vocabulary.start, 5])).toBeCloseTo(0, 1);
});
