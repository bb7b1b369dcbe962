import { expect, it } from 'vitest';
import { ReadingPace } from '../../../src/model/completion/readingPace';

it.each([
  ['1,000 characters where that is quick', 10, 1000],
  ['fewer where it is not', 100, 500],
  ['not too few, however slow it is', 5000, 400],
])('lets somebody wait for %s', (_, milliseconds, characters) => {
  const pace = new ReadingPace();
  // Before the first reading it expects a slow machine.
  expect(pace.charactersInTime).toBe(625);
  for (let i = 0; i < 20; i++) pace.learn(1000, milliseconds);
  expect(pace.charactersInTime).toBe(characters);
});

it('follows a machine that becomes slower, and learns nothing from single keystrokes', () => {
  const pace = new ReadingPace();
  for (let i = 0; i < 20; i++) pace.learn(1000, 40);
  pace.learn(1, 30);
  expect(pace.charactersInTime).toBe(1000);
  for (let i = 0; i < 10; i++) pace.learn(500, 100);
  expect(pace.charactersInTime).toBe(400);
});
