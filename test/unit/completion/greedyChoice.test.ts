import { describe, expect, it } from 'vitest';
import { greedyChoice } from '../../../src/model/completion/greedyChoice';

describe('greedyChoice', () => {
  it('takes the largest score of its row, with its probability by softmax', () => {
    const logits = Float32Array.of(9, 9, 9, Math.log(1), Math.log(6), Math.log(3));
    const { token, logProbability } = greedyChoice(logits, 1, 3);
    expect(token).toBe(1);
    expect(Math.exp(logProbability)).toBeCloseTo(0.6, 6);
  });

  it('takes the lowest id of equals', () => {
    expect(greedyChoice(Float32Array.of(1, 2, 2), 0, 3).token).toBe(1);
  });

  it('copes with scores of any size', () => {
    expect(greedyChoice(Float32Array.of(-3e4, 3e4), 0, 2).logProbability).toBeCloseTo(0, 12);
    expect(greedyChoice(Float32Array.of(-3e4, -3e4), 0, 2).logProbability).toBeCloseTo(Math.log(0.5), 12);
  });
});
