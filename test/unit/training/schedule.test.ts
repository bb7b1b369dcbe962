import { describe, expect, it } from 'vitest';
import { DivergenceGuard } from '../../../src/model/training/divergence';
import { Plan } from '../../../src/model/training/plan';
import { learningRateAt, type Schedule } from '../../../src/model/training/schedule';

const base: Schedule = { kind: 'cosine', learningRate: 0.01, warmupSteps: 10, floor: 0.1, decay: 0.97, decayAfter: 10 };

describe('learningRateAt', () => {
  it('rises over the warm-up, then falls a half cosine to the floor', () => {
    expect(learningRateAt(base, 0, 110, 0)).toBeCloseTo(0.001, 12);
    expect(learningRateAt(base, 9, 110, 0)).toBeCloseTo(0.01, 12);
    expect(learningRateAt(base, 60, 110, 0)).toBeCloseTo(0.01 * 0.55, 12);
    expect(learningRateAt(base, 110, 110, 0)).toBeCloseTo(0.001, 12);
    expect(learningRateAt(base, 500, 110, 0)).toBeCloseTo(0.001, 12);
  });

  it('decays by epochs as char-rnn does: first at the end of epoch decayAfter', () => {
    const schedule: Schedule = { ...base, kind: 'charRnn', warmupSteps: 0 };
    const rates = [0, 9, 10, 11, 20].map((epoch) => learningRateAt(schedule, 1000, 0, epoch));
    const expected = [1, 1, 0.97, 0.97 ** 2, 0.97 ** 11].map((factor) => 0.01 * factor);
    rates.forEach((rate, i) => {
      expect(rate).toBeCloseTo(expected[i]!, 12);
    });
  });

  it('stays where it is when constant', () => {
    expect(learningRateAt({ ...base, kind: 'constant' }, 100_000, 0, 30)).toBe(0.01);
  });
});

describe('Plan', () => {
  it('counts epochs in steps', () => {
    expect(new Plan({ epochs: 2.5 }, 40).totalSteps).toBe(100);
    expect(new Plan({ epochs: 0.001 }, 40).totalSteps).toBe(1);
  });

  it('turns seconds into steps and follows the speed of the machine', () => {
    const plan = new Plan({ seconds: 100 }, 40);
    expect(plan.known).toBe(false);
    plan.renew(10, 1, 10, 1);
    expect(plan.totalSteps).toBe(10 + 990);
    // Twice as slow for two half-lives of 10 s: of the beginning a quarter counts.
    plan.renew(110, 21, 100, 20);
    expect(plan.totalSteps).toBe(110 + Math.floor((79 * 102.5) / 20.25));
    expect(plan.outOfTime(99.9)).toBe(false);
    expect(plan.outOfTime(100)).toBe(true);
  });

  it('hardly heeds a machine that is busy for a moment', () => {
    const plan = new Plan({ seconds: 1000 }, 40);
    plan.renew(2000, 200, 2000, 200);
    expect(plan.totalSteps).toBe(10_000);
    plan.renew(2010, 205, 10, 5);
    expect(plan.totalSteps / 10_000).toBeGreaterThan(0.95);
  });

  it('keeps the plan of the checkpoint until it is renewed', () => {
    expect(new Plan({ seconds: 100 }, 40, 777).totalSteps).toBe(777);
  });
});

describe('DivergenceGuard', () => {
  it('lets a loss pass that falls, jumps for a step, or stays where guessing is', () => {
    const guard = new DivergenceGuard(64);
    const guessing = Math.log(64);
    for (const loss of [guessing, 3, 2, 9, 2, 1.9, guessing + 0.5]) expect(guard.check(loss, 1)).toBeNull();
  });

  it('names NaN, infinity and an explosion', () => {
    expect(new DivergenceGuard(64).check(Number.NaN, 1)).toContain('not a number');
    expect(new DivergenceGuard(64).check(1, Number.POSITIVE_INFINITY)).toContain('gradient');
    const guard = new DivergenceGuard(64);
    guard.check(2, 1);
    const answers = Array.from({ length: 20 }, () => guard.check(20, 1));
    expect(answers.find((answer) => answer !== null)).toContain('exploded');
  });
});
