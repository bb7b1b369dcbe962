import { describe, expect, it } from 'vitest';
import { DocumentMemory, Recall } from '../../../src/model/completion/documentMemory';
import { likeliestChoices } from '../../../src/model/completion/greedyChoice';
import { nextChoice, recalledChoice } from '../../../src/model/completion/recalledChoice';

/** σ(logOdds + 0.46 logit p) */
const trust = (logOdds: number, p: number) => 1 / (1 + Math.exp(-(logOdds + 0.46 * Math.log(p / (1 - p)))));
const recollection = (token: number, length: number, agreeing = 0, disagreeing = 0) => ({
  ...{ token, length, agreeing, disagreeing },
});

describe('the choice between a model and a memory', () => {
  const best = { token: 10, logProbability: Math.log(0.6) };

  it('is surer where both agree, the more the longer the repetition', () => {
    const probabilities = [5, 8, 12, 20, 40, 60].map((length) => {
      const { token, logProbability } = recalledChoice(best, recollection(10, length), 0.6);
      expect(token).toBe(10);
      return Math.exp(logProbability);
    });
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => a - b));
    expect(probabilities[0]).toBeCloseTo(trust(1.1, 0.6), 9);
    expect(probabilities[0]).toBeGreaterThan(0.75);
  });

  it('counts what other places say', () => {
    const probabilities = [
      [0, 9],
      [0, 1],
      [0, 0],
      [1, 0],
      [9, 0],
    ].map(([agreeing, disagreeing]) =>
      Math.exp(recalledChoice(best, recollection(10, 12, agreeing, disagreeing), 0.6).logProbability),
    );
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => a - b));
    expect(probabilities[0]).toBeCloseTo(trust(1.8 - 0.95 * Math.log(10), 0.6), 9);
    expect(probabilities[4]).toBeCloseTo(trust(1.8 + 0.8 * Math.log(10), 0.6), 9);
  });

  it("is memory's where the model holds something else a little likelier", () => {
    const { token, logProbability } = recalledChoice(best, recollection(11, 12), 0.3);
    expect(token).toBe(11);
    expect(Math.exp(logProbability)).toBeCloseTo(trust(1.8, 0.3), 9);
  });

  it("stays the model's, less sure, where that is sure and the repetition short", () => {
    const sure = { token: 10, logProbability: Math.log(0.99) };
    const { token, logProbability } = recalledChoice(sure, recollection(11, 5), 0.001);
    expect(token).toBe(10);
    expect(Math.exp(logProbability)).toBeCloseTo((0.99 * (1 - trust(1.1, 0.001))) / 0.999, 9);
  });

  it('knows no certainty', () => {
    const certain = { token: 1, logProbability: 0 };
    expect(recalledChoice(certain, recollection(1, 99), 1).logProbability).toBeLessThan(0);
    expect(Number.isFinite(recalledChoice(certain, recollection(2, 5), 0).logProbability)).toBe(true);
  });
});

it('weighs a row of scores', () => {
  const probabilities = [0.1, 0.2, 0.3, 0.05, 0.35];
  const logits = Float32Array.from([...probabilities, ...probabilities], (p) => Math.log(p) - 3);
  const recall = new Recall(new DocumentMemory([1, 2, 3, 4, 0, 1, 2, 1, 2, 3, 4, 0]));
  expect(nextChoice(logits, 1, 5, null).token).toBe(4);
  const { token, logProbability } = nextChoice(logits, 1, 5, recall);
  expect(token).toBe(1);
  expect(Math.exp(logProbability)).toBeCloseTo(trust(1.1, 0.2), 5);
  expect(nextChoice(logits, 1, 5, new Recall(new DocumentMemory([1, 2, 3])))).toEqual(nextChoice(logits, 1, 5, null));
});

it('ranks the likeliest characters of a row', () => {
  const probabilities = [0.1, 0.4, 0.2, 0.2, 0.1];
  const logits = Float32Array.from([9, 9, 9, 9, 9, ...probabilities.map((p) => Math.log(p) + 3)]);
  const choices = likeliestChoices(logits, 1, 5, 4);
  expect(choices.map(({ token }) => token)).toEqual([1, 2, 3, 0]);
  for (const { token, logProbability } of choices)
    expect(Math.exp(logProbability)).toBeCloseTo(probabilities[token]!, 5);
  expect(likeliestChoices(logits, 1, 5, 9)).toHaveLength(5);
});
