import { expect, it } from 'vitest';
import { CharacterSampler } from '../../../src/model/sampling/characterSampler';
import { SamplingMeasurement } from '../../../src/model/sampling/measure';
import { chiSquareDeviate, logitsAfter, probabilities } from './draws';
import { testModel } from './testModel';

it('measures all contestants in every round', async () => {
  const measurement = await SamplingMeasurement.create({ hiddenSize: 8, numLayers: 1, cellType: 'gru' }, 1e5);
  await measurement.measureRound();
  await measurement.measureRound();

  const speeds = measurement.speeds();

  expect(Object.keys(speeds).sort()).toEqual(['float32', 'int8', 'onePerCharacter', 'primingMilliseconds']);
  for (const value of Object.values(speeds)) expect(value).toBeGreaterThan(0);
  await measurement.dispose();
});

it('is compared with a loop that draws from the same distribution', async () => {
  const model = testModel({ hiddenSize: 6 });
  const sampler = await CharacterSampler.create(model, 1);
  const counts = new Array<number>(model.vocabulary.size).fill(0);
  for (let seed = 0; seed < 20_000; seed++) counts[(await sampler.write(1, seed))[0]!]!++;

  const expected = probabilities(logitsAfter(model, 1), 1, (id) => id > 1);
  expect(chiSquareDeviate(counts, expected)).toBeLessThan(4);
  await sampler.dispose();
});

it('is compared with a loop that reads what it wrote', async () => {
  const model = testModel({ hiddenSize: 6 });
  const sampler = await CharacterSampler.create(model, 1);
  const text = await sampler.write(200, 7);
  expect(await sampler.write(200, 7)).toEqual(text);
  expect(new Set(text).size).toBeGreaterThan(15);
  await sampler.dispose();
});
