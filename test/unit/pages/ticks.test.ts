import { expect, it } from 'vitest';
import { logarithmicTicks } from '../../../media/pages/dashboard/ticks';

it.each([
  [1.2, 7, [2, 3, 4, 5, 6, 7]],
  [3, 6.6, [3, 4, 5, 6]],
  [2.9, 4.6, [3, 3.5, 4, 4.5]],
  [0.15, 0.9, [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]],
  [1500, 2e6, [3000, 1e4, 3e4, 1e5, 3e5, 1e6]],
  [1, 1e6, [1, 10, 100, 1000, 1e4, 1e5, 1e6]],
])('has round numbers from %d to %d', (min, max, ticks) => {
  expect(logarithmicTicks(min, max)).toEqual(ticks);
});
