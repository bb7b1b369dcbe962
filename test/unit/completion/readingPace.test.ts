import { expect, it } from 'vitest';
import { ReadingPace } from '../../../src/model/completion/readingPace';

/** A pace on a machine that needs so many milliseconds a character. */
function paceOf(milliseconds: { perCharacter: number }) {
  let time = 0;
  const read = async (tokens: Int32Array) => {
    time += milliseconds.perCharacter * tokens.length;
    return tokens.length;
  };
  return new ReadingPace({ read }, () => time);
}

it('lets somebody wait for 1,000 characters where that is quick, and for fewer where it is not', async () => {
  for (const [perCharacter, characters] of [
    [0.01, 1000],
    [0.1, 700],
    [5, 500],
  ] as const) {
    const pace = paceOf({ perCharacter });
    expect(pace.charactersInTime).toBe(1000);
    expect(await pace.read(new Int32Array(250), undefined)).toBe(250);
    expect(pace.charactersInTime).toBe(characters);
  }
});

it('follows a machine that becomes slower, and learns nothing from single keystrokes', async () => {
  const machine = { perCharacter: 0.05 };
  const pace = paceOf(machine);
  await pace.read(new Int32Array(250), undefined);
  machine.perCharacter = 0.14;
  await pace.read(new Int32Array(1), undefined);
  expect(pace.charactersInTime).toBe(1000);
  for (let i = 0; i < 20; i++) await pace.read(new Int32Array(250), undefined);
  expect(pace.charactersInTime).toBe(500);
});
