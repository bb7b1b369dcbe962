import { describe, expect, it } from 'vitest';
import { ScoreSum } from '../../../src/model/evaluation/scores';

function scoresOf(logits: number[], target: number) {
  const sum = new ScoreSum();
  sum.add(Float32Array.from(logits), 0, logits.length, target);
  return sum.result();
}

describe('ScoreSum', () => {
  it('measures cross-entropy', () => {
    const { natsPerCharacter, bitsPerCharacter } = scoresOf([0, Math.log(2), 0], 1);
    expect(natsPerCharacter).toBeCloseTo(Math.log(2), 6);
    expect(bitsPerCharacter).toBeCloseTo(1, 6);
  });

  it('does not overflow', () => {
    expect(scoresOf([5000, -5000], 1).natsPerCharacter).toBeCloseTo(10000, 6);
  });

  it('ranks by score', () => {
    const logits = [7, 6, 5, 4, 3, 2, 1];
    expect(logits.map((_, target) => scoresOf(logits, target).top1)).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect(logits.map((_, target) => scoresOf(logits, target).top5)).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('ranks equals by id', () => {
    const logits = [0, 0, 0, 0, 0, 0, 0];
    expect(logits.map((_, target) => scoresOf(logits, target).top1)).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect(logits.map((_, target) => scoresOf(logits, target).top5)).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('averages over rows', () => {
    const sum = new ScoreSum();
    const logits = Float32Array.of(0, Math.log(3), Math.log(3), 0);
    sum.add(logits, 0, 2, 1);
    sum.add(logits, 1, 2, 1);
    expect(sum.result()).toMatchObject({ characters: 2, top1: 0.5, top5: 1 });
    expect(sum.result().natsPerCharacter).toBeCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, 6);
  });
});
