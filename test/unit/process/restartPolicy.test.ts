import { expect, it } from 'vitest';
import { RestartPolicy } from '../../../src/process/restartPolicy';

it('waits longer each time, and gives up at the sixth death in a minute', () => {
  let now = 0;
  const policy = new RestartPolicy(() => now);
  const delays = Array.from({ length: 6 }, () => {
    now += 1000;
    return policy.died();
  });
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, null]);
  policy.reset();
  expect(policy.died()).toBe(500);
});

it('forgets deaths of more than a minute ago', () => {
  let now = 0;
  const policy = new RestartPolicy(() => now);
  for (let i = 0; i < 20; i++) {
    expect(policy.died()).toBeLessThanOrEqual(1000);
    now += 40_000;
  }
});
