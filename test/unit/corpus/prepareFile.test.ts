import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prepareCorpus } from '../../../src/model/corpus/prepare';
import { splitNames } from '../../../src/model/corpus/split';
import { UserError } from '../../../src/model/errors';
import { temporaryFolder } from './temporaryFolder';

const fractions = { train: 0.95, validation: 0.05, test: 0 };

function file(name: string, content: string | Uint8Array): string {
  return join(temporaryFolder({ [name]: content }), name);
}

test('is plain text without head and tail, cut by position', async () => {
  const text = 'First Citizen:\r\nBefore we proceed any further, hear me speak.\r\n\r\n'.repeat(100);
  const { vocabulary, splits, report } = await prepareCorpus(file('input.txt', text), { fractions });
  const normal = text.replaceAll('\r\n', '\n');
  expect(vocabulary.decode(splits.train.tokens)).toBe(normal.slice(0, normal.length * 0.95));
  expect(vocabulary.decode(splits.validation.tokens)).toBe(normal.slice(normal.length * 0.95));
  expect(splits.train.documents).toEqual([{ path: 'input.txt', start: 0, length: normal.length * 0.95 }]);
  expect(splits.test).toEqual({ tokens: new Uint8Array(0), documents: [] });
  expect(vocabulary.characters.slice(0, 3)).toEqual(['\uFFFD', '\u0002', '\u0003']);
  expect(report).toMatchObject({ files: 1, bytes: text.length, characters: normal.length, excluded: [] });
});

test('may be of any kind, generated and of long lines', async () => {
  const text = `@generated ${'x'.repeat(10000)}`;
  expect((await prepareCorpus(file('data.xyz', text))).report.characters).toBe(text.length);
});

test('of one line of 50 MB is read whole, and its characters are not cut between pieces', async () => {
  const line = 'line '.repeat(10_000_000 - 8) + '日本語😀'.repeat(3);
  const { splits, report, vocabulary } = await prepareCorpus(file('long.txt', line), { fractions });
  expect(report.bytes).toBe(Buffer.byteLength(line));
  expect(report.characters).toBe(49_999_960 + 12);
  expect(report.unknownCharacters).toBe(12);
  expect(splits.train.tokens.length + splits.validation.tokens.length).toBe(report.characters);
  expect(vocabulary.size).toBe(8);
});

test.each(['日', '😀', '\r\n', 'é\r\n', 'a😀'])('pieces of 1 MB may end anywhere: %j', async (unit) => {
  for (const offset of [0, 1, 2, 3]) {
    const text = 'x'.repeat(offset) + unit.repeat(1_100_000 / Buffer.byteLength(unit));
    const { vocabulary, splits } = await prepareCorpus(file('x', text), {
      fractions: { train: 1, validation: 0, test: 0 },
    });
    expect(vocabulary.decode(splits.train.tokens) === text.replaceAll('\r\n', '\n')).toBe(true);
  }
});

test('of 10 characters, or of one character repeated, is a corpus', async () => {
  expect((await prepareCorpus(file('ten.txt', '0123456789'))).splits.train.tokens.length).toBe(9);
  expect((await prepareCorpus(file('a.txt', 'a'.repeat(1000)))).vocabulary.size).toBe(4);
});

test('with a little broken UTF-8 has U+FFFD there', async () => {
  const path = file('latin.txt', Buffer.from(`${'plain text '.repeat(10)}\xe9`, 'latin1'));
  const { vocabulary, splits } = await prepareCorpus(path, { fractions: { train: 1, validation: 0, test: 0 } });
  expect(vocabulary.decode(splits.train.tokens)).toBe(`${'plain text '.repeat(10)}\uFFFD`);
});

describe('is refused', () => {
  test.each<[string, string, string | Uint8Array, RegExp]>([
    ['when empty', 'a.txt', '', /is empty/],
    ['when binary', 'a.txt', Buffer.from([65, 0, 66]), /not text in UTF-8/],
    ['when binary after megabytes of text', 'a.txt', `${'x'.repeat(3e6)}\0`, /not text in UTF-8/],
    [
      'in another encoding',
      'a.txt',
      Buffer.from('\xcf\xf0\xe8\xe2\xe5\xf2'.repeat(100), 'latin1'),
      /not text in UTF-8/,
    ],
    ['when its name is that of a secret', '.env', 'TOKEN=1', /may hold a secret/],
    ['when a key is in it', 'a.txt', `${'x'.repeat(1048570)}-----BEGIN ${'RSA PRIVATE KEY'}-----`, /may hold a secret/],
  ])('%s', async (_, name, content, message) => {
    const failure = prepareCorpus(file(name, content));
    await expect(failure).rejects.toThrow(UserError);
    await expect(failure).rejects.toThrow(message);
  });
});

test('tells of its progress and can be stopped', async () => {
  const path = file('a.txt', 'x'.repeat(5e6));
  const seen: number[] = [];
  await prepareCorpus(path, { onProgress: ({ phase, bytes }) => phase === 'reading' && seen.push(bytes) });
  expect(seen.at(-1)).toBe(5e6);
  const controller = new AbortController();
  const stopped = prepareCorpus(path, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(stopped).rejects.toThrow(/abort/i);
});

test('without a test split has nothing in it', async () => {
  const { splits } = await prepareCorpus(file('a.txt', 'x'.repeat(100)), { fractions });
  expect(splitNames.map((split) => splits[split].tokens.length)).toEqual([95, 5, 0]);
});
