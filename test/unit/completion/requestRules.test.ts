import { describe, expect, it } from 'vitest';
import { reasonNotToAsk, type Situation, TypingRhythm } from '../../../src/model/completion/requestRules';

const typing: Situation = {
  explicit: false,
  lineAfter: '',
  cursors: 1,
  hasSelection: false,
  lastChange: 'typed',
};

describe('reasonNotToAsk', () => {
  it.each<Partial<Situation>>([
    {},
    { lineAfter: ')' },
    { lineAfter: '");' },
    { lineAfter: '  ' },
    { lastChange: null },
  ])('is none: %o', (change) => expect(reasonNotToAsk({ ...typing, ...change })).toBeNull());

  it.each<[Partial<Situation>, string]>([
    [{ lineAfter: 'name)' }, 'in the middle of a word'],
    [{ lineAfter: 'ähnlich' }, 'in the middle of a word'],
    [{ lineAfter: ' + other' }, 'text to the right'],
    [{ lastChange: 'deleted' }, 'the last change took something away'],
    [{ lastChange: 'undone' }, 'the last change took something away'],
    [{ lastChange: 'accepted' }, 'a completion was just accepted'],
    [{ cursors: 2 }, 'several cursors'],
    [{ hasSelection: true }, 'text is selected'],
  ])('of %o is "%s"', (change, reason) => {
    expect(reasonNotToAsk({ ...typing, ...change })).toBe(reason);
  });

  it('is none when asked by hand, but for several cursors and a selection', () => {
    const explicit = { ...typing, explicit: true, lastChange: 'deleted' as const, lineAfter: 'name' };
    expect(reasonNotToAsk(explicit)).toBeNull();
    expect(reasonNotToAsk({ ...explicit, cursors: 3 })).toBe('several cursors');
    expect(reasonNotToAsk({ ...explicit, hasSelection: true })).toBe('text is selected');
  });
});

describe('TypingRhythm', () => {
  function rhythm(...times: number[]): TypingRhythm {
    const typed = new TypingRhythm();
    for (const time of times) typed.keystroke(time);
    return typed;
  }

  it('asks a fast model at once', () => {
    expect(rhythm().delay(1000)).toBe(0);
    expect(rhythm(0, 100, 200, 300).delay(49)).toBe(0);
  });

  it('waits for a pause where an answer would come too late', () => {
    expect(rhythm(0, 100, 200, 300).delay(50)).toBe(120);
    expect(rhythm(0, 500, 1000).delay(400)).toBe(200);
  });

  it('takes the median and no pauses for thought', () => {
    expect(rhythm(0, 100, 200, 10_000, 10_080, 10_160, 10_240).delay(1000)).toBe(96);
  });
});
