import { expect, it } from 'vitest';
import { Turns } from '../../../src/model/completion/turns';

it('runs one at a time, the urgent before the others, each in order', async () => {
  const turns = new Turns();
  const order: string[] = [];
  let running = 0;
  const work = (name: string) => async () => {
    expect(++running).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(name);
    running--;
  };
  await Promise.all([
    turns.run(work('first')),
    turns.runInBackground(work('later 1')),
    turns.runInBackground(work('later 2')),
    turns.run(work('soon 1')),
    turns.run(work('soon 2')),
  ]);
  expect(order).toEqual(['first', 'soon 1', 'soon 2', 'later 1', 'later 2']);
});

it('goes on after a failure', async () => {
  const turns = new Turns();
  const failure = turns.run(() => Promise.reject(new Error('no')));
  const next = turns.run(async () => 'yes');
  await expect(failure).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
