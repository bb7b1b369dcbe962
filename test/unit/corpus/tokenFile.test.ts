import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prepareCorpus } from '../../../src/model/corpus/prepare';
import { readTokenFile, writeTokenFile } from '../../../src/model/corpus/tokenFile';
import { UserError } from '../../../src/model/errors';
import { temporaryFolder } from './temporaryFolder';

const wide = Array.from({ length: 900 }, (_, i) => String.fromCodePoint(0x4e00 + (i % 300))).join('');

describe.each<[string, string, number]>([
  ['one byte', 'int a;\n', 1],
  ['two bytes', wide, 2],
])('tokens of %s', (_, text, bytesPerToken) => {
  test('come back as they were', async () => {
    const root = temporaryFolder({ 'a.txt': `${text}1`, 'b.txt': `${text}23`, 'ü.txt': `${text}456` });
    const corpus = await prepareCorpus(root);
    const path = join(root, 'new folder/corpus.tokens');
    await writeTokenFile(path, corpus);
    const read = await readTokenFile(path);
    expect(read).toEqual(corpus);
    expect(read.splits.train.tokens.BYTES_PER_ELEMENT).toBe(bytesPerToken);
    expect(readdirSync(join(root, 'new folder'))).toEqual(['corpus.tokens']);
  });
});

describe('is refused with a sentence', () => {
  async function written(): Promise<{ path: string; bytes: Buffer }> {
    const root = temporaryFolder({ 'a.c': 'int a;\n', 'b.c': 'int b;\n', 'c.c': 'int c;\n' });
    const path = join(root, 'corpus.tokens');
    await writeTokenFile(path, await prepareCorpus(root));
    return { path, bytes: readFileSync(path) };
  }

  test('when any byte is changed or the file is cut anywhere', async () => {
    const { path, bytes } = await written();
    for (let at = 0; at < bytes.length; at += 13) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      for (const content of [changed, bytes.subarray(0, at)]) {
        writeFileSync(path, content);
        await expect(readTokenFile(path)).rejects.toThrow(UserError);
      }
    }
    writeFileSync(path, bytes);
    await readTokenFile(path);
  });

  test('when it is something else, or missing', async () => {
    const { path } = await written();
    writeFileSync(path, 'hello '.repeat(100));
    await expect(readTokenFile(path)).rejects.toThrow(/is damaged or none/);
    await expect(readTokenFile(`${path}.none`)).rejects.toThrow(/can't be read/);
  });
});
