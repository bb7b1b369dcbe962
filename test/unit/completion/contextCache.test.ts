import { describe, expect, it } from 'vitest';
import { ContextCache } from '../../../src/model/completion/contextCache';
import { asciiVocabulary, MemoryModel } from './memoryModel';

const encode = (text: string) => Int32Array.from(asciiVocabulary.encode(text));
const context = (body: string, head = '<head>') => ({ head: encode(head), body: encode(body) });
const check = () => {};

/** A text in which no part of 60 characters occurs twice. */
const long = Array.from({ length: 4000 }, (_, i) => `line ${i};`).join('\n');

function open() {
  const model = MemoryModel.of('', 1);
  const cache = new ContextCache(model);
  /** Asks for the state before the last character and returns how many characters had to be read for it. */
  const ask = async (body: string, key = 'a', head = '<head>') => {
    const { state, last, read } = await cache.stateBefore(key, context(body, head), check);
    expect(asciiVocabulary.decode([...(state ?? []), last]).endsWith(head + body)).toBe(true);
    return read;
  };
  return { model, cache, ask };
}

describe('ContextCache', () => {
  it('reads one character for each that is typed', async () => {
    const { ask } = open();
    expect(await ask('int main')).toBe('<head>int mai'.length);
    expect(await ask('int main(')).toBe(1);
    expect(await ask('int main(v')).toBe(1);
  });

  it('reads nothing again for backspace, and one character for another in its place', async () => {
    const { ask } = open();
    for (let length = 990; length <= 1000; length++) await ask(long.slice(0, length));
    for (let length = 999; length >= 990; length--) expect(await ask(long.slice(0, length))).toBe(0);
    expect(await ask(`${long.slice(0, 990)}x`)).toBe(0);
    expect(await ask(`${long.slice(0, 990)}xy`)).toBe(1);
  });

  it('reads no more than lies between two checkpoints when something further up changes', async () => {
    const { ask } = open();
    await ask(long.slice(0, 3000));
    expect(await ask(`${long.slice(0, 1600)}edited`)).toBeLessThan(250 + 'edited'.length);
    expect(await ask(`${long.slice(0, 800)}edited`)).toBeLessThan(250 + 'edited'.length);
  });

  it('keeps what is below when the cursor only moves up and down', async () => {
    const { ask } = open();
    await ask(long.slice(0, 3000));
    expect(await ask(long.slice(0, 1600))).toBeLessThan(250);
    expect(await ask(long.slice(0, 3000))).toBe(0);
  });

  it('keeps few checkpoints of a text that is typed', async () => {
    const { ask, cache } = open();
    for (let length = 1; length < 1500; length++) await ask(long.slice(0, length));
    const tracks = (cache as unknown as { tracks: Map<string, { checkpoints: { at: number }[] }> }).tracks;
    const places = tracks.get('a')!.checkpoints.map(({ at }) => at);
    expect(places.length).toBeLessThan(16 + (2 * 1500) / 250);
    for (const [i, at] of places.entries()) expect(at - (places[i - 1] ?? 0)).toBeLessThanOrEqual(250);
  });

  it('goes on when the text it is given begins later', async () => {
    const { ask } = open();
    await ask(long.slice(0, 4000));
    const { cache } = open();
    await cache.stateBefore('a', context(long.slice(0, 4000)), check);
    const later = await cache.stateBefore('a', context(long.slice(2000, 4001)), check);
    expect(later.read).toBe(1);
    expect(asciiVocabulary.decode([...later.state!, later.last])).toBe(`<head>${long.slice(0, 4001)}`);
  });

  it('begins anew for another head and for another text', async () => {
    const { ask } = open();
    await ask('int main(', 'a', '<head a>');
    expect(await ask('int main(', 'a', '<other>')).toBe('<other>int main'.length);
    expect(await ask('something else', 'a', '<other>')).toBeGreaterThan('something els'.length - 1);
  });

  it('begins anew when what it knows has become too long', async () => {
    const { cache } = open();
    let longest = 0;
    for (let start = 0; start < 24_000; start += 2000) {
      const { state } = await cache.stateBefore('a', context(long.slice(start, start + 4000)), check);
      longest = Math.max(longest, state!.length);
    }
    expect(longest).toBeGreaterThan(8000);
    expect(longest).toBeLessThan(17_000);
  });

  it('forgets the least recently used text', async () => {
    const { ask, cache } = open();
    for (let i = 0; i < 32; i++) await ask('some text', `${i}`);
    await ask('some text', '0');
    await ask('some text', 'another');
    expect(cache.size).toBe(32);
    expect(await ask('some text', '0')).toBe(0);
    expect(await ask('some text', '1')).toBeGreaterThan(0);
  });

  it('stops between parts and keeps what it has read', async () => {
    const { model, cache } = open();
    let stop = false;
    model.onRead = () => {
      stop = model.reads.length === 2;
    };
    const checkStop = () => {
      if (stop) throw new Error('stopped');
    };
    await expect(cache.stateBefore('a', context(long.slice(0, 2000)), checkStop)).rejects.toThrow('stopped');
    expect(model.reads).toHaveLength(2);
    expect(cache.missing('a', context(long.slice(0, 2000)))).toBe(2005 - 500);
  });
});
