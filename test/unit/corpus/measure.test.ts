import { expect, test } from 'vitest';
import { measureCorpus } from '../../../src/model/corpus/measure';
import { temporaryFolder } from './temporaryFolder';

test('measures a corpus and leaves nothing behind', async () => {
  const root = temporaryFolder({ 'a.c': 'int a;\n', 'b.c': 'int b;\n'.repeat(1000), 'c.png': 'x' });
  const result = await measureCorpus(root);
  expect(result).toMatchObject({ files: 2, bytes: 7007 });
  expect(result.megabytesPerSecond).toBeCloseTo(0.007007 / result.seconds);
  expect(result.tokenFileMegabytes * 1e6).toBeGreaterThan(7007);
  expect(result.peakResidentMegabytes).toBeGreaterThan(20);
});
